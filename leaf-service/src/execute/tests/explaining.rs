//! Explanations: the number at the top is the score, over every layout, and what does not match is explained too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::RngExt as _;
use shared::ids::{IndexUuid, Position};
use shared::random;
use shared::wire::clause::{Clause, LeafQuery};
use shared::wire::{ExplainRequest, Explained, Explanation, FetchItem, LeafError, Reason, ScoredQuery};
use tokio::time::Instant;

use super::fixture::{BODY, Doc, Layout, bare, corpus, far, found, gathered, shards, text};
use super::shapes::{SHAPES, WITH_LEAST_SCORE, query};
use crate::execute::{ShardView, Sought, explain};

const LAYOUTS: [(u32, usize); 4] = [(1, 1), (1, 5), (3, 1), (4, 3)];

fn scored(views: &[ShardView], query: &LeafQuery) -> ScoredQuery {
    ScoredQuery {
        query: query.clone(),
        statistics: gathered(views, query),
    }
}

fn request(explained: Option<ScoredQuery>, named: Vec<ScoredQuery>) -> ExplainRequest {
    ExplainRequest {
        index: IndexUuid(uuid::Uuid::nil()),
        documents: Vec::new(),
        position_min: Position::START,
        explained,
        named,
        pin: None,
        time_remaining_us: 0,
    }
}

/// All documents, by id in whichever shard they are.
fn sought(views: &[ShardView], ids: &[&str]) -> Vec<Sought> {
    let count = u32::try_from(views.len()).unwrap();
    let one = |id: &&str| {
        let shard = shared::placement::shard_of(id, count);
        let (_, view) = &views[shard.0 as usize];
        Sought {
            item: FetchItem {
                shard,
                id: (*id).to_owned(),
                address: None,
            },
            searched: None,
            current: view.as_ref().ok().map(Arc::clone),
        }
    };
    ids.iter().map(one).collect()
}

fn said(views: &[ShardView], ids: &[&str], request: &ExplainRequest) -> Vec<Option<Explained>> {
    explain(&sought(views, ids), request, far(), Instant::now).unwrap()
}

fn queries(seed: u64) -> Vec<LeafQuery> {
    let mut rng = random::from_seed(seed);
    let shapes = (0..SHAPES).flat_map(|shape| [shape, shape]);
    shapes
        .chain([WITH_LEAST_SCORE, WITH_LEAST_SCORE])
        .map(|shape| query(&mut rng, shape))
        .collect()
}

fn all_ids(docs: &[Doc]) -> Vec<&str> {
    docs.iter().map(|doc| doc.id.as_str()).collect()
}

#[test]
fn the_number_at_the_top_is_the_score_over_every_layout() {
    let docs = corpus(&mut random::from_seed(71), 250, 0.2);
    let ids = all_ids(&docs);
    let layouts = LAYOUTS.map(|(shards_of, segments)| {
        let layout = Layout {
            shards: shards_of,
            segments,
        };
        shards(&docs, layout)
    });
    for query in queries(72) {
        let of_layouts = layouts.each_ref().map(|views| {
            let (_, hits) = found(views, &query, 10_000, 0);
            let hits: BTreeMap<&str, f32> = hits.iter().map(|hit| (hit.id.as_str(), hit.score)).collect();
            let wanted = scored(views, &query);
            let said = said(views, &ids, &request(Some(wanted.clone()), vec![wanted]));
            for (doc, said) in docs.iter().zip(&said) {
                assert_eq!(said.is_none(), doc.deleted, "{}", doc.id);
                let Some(said) = said else { continue };
                let score = hits.get(doc.id.as_str()).copied();
                let explanation = said.explanation.as_ref().unwrap();
                assert_eq!(explanation.matches, score.is_some(), "{} {query:?}", doc.id);
                let value = f64::from(score.unwrap_or(0.0));
                assert_eq!(
                    explanation.value.to_bits(),
                    value.to_bits(),
                    "{} {query:?}",
                    doc.id
                );
                assert_eq!(said.named, [score], "{} {query:?}", doc.id);
            }
            said
        });
        let [first, rest @ ..] = &of_layouts;
        assert!(rest.iter().all(|said| said == first), "{query:?}");
    }
}

/// The product of what a BM25 score says that it is a product of.
fn product(explanation: &Explanation) -> f64 {
    explanation.details.iter().map(|part| part.value).product()
}

fn each_score(explanation: &Explanation, see: &mut impl FnMut(&Explanation)) {
    if matches!(explanation.reason, Reason::Score { .. }) {
        see(explanation);
    }
    explanation.details.iter().for_each(|part| each_score(part, see));
}

#[test]
fn what_a_score_is_made_of_makes_it() {
    let docs = corpus(&mut random::from_seed(73), 200, 0.1);
    let views = shards(
        &docs,
        Layout {
            shards: 2,
            segments: 2,
        },
    );
    let mut seen = 0;
    for query in queries(74) {
        let request = request(Some(scored(&views, &query)), Vec::new());
        for said in said(&views, &all_ids(&docs), &request).into_iter().flatten() {
            each_score(&said.explanation.unwrap(), &mut |score| {
                seen += 1;
                let off = (product(score) - score.value).abs();
                assert!(off <= 1e-5 * score.value.abs(), "{score:?} {query:?}");
            });
        }
    }
    assert!(seen > 1_000, "{seen}");
}

#[test]
fn an_exact_phrase_that_begins_again_within_itself_counts_each_time() {
    let docs = [Doc::new(
        "a",
        serde_json::json!({"title": "", "body": "w0 w0 w0 w0"}),
    )];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let query = LeafQuery {
        terms: vec![text(BODY, "w0")],
        clause: Clause::Phrase {
            terms: vec![(0, 0), (1, 0)],
            slop: 0,
            boost: 2.0,
        },
    };
    let request = request(Some(scored(&views, &query)), Vec::new());
    let said = said(&views, &["a"], &request).remove(0).unwrap();
    let weight = said.explanation.unwrap();
    assert_eq!(weight.reason, Reason::Weight { clause: 0 });
    assert_eq!(weight.details[0].reason, Reason::Score { frequency: 3.0 });
}

#[test]
fn a_document_is_found_by_its_address_and_if_that_is_wrong_by_its_id() {
    let docs = corpus(&mut random::from_seed(75), 60, 0.0);
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 3,
        },
    );
    let all = bare(Clause::All { boost: 3.0 });
    let (_, hits) = found(&views, &all, 100, 0);
    let mut rng = random::from_seed(76);
    let view = views[0].1.as_ref().unwrap();
    for hit in hits {
        let mut address = hit.address;
        if rng.random_bool(0.5) {
            address.document += 1;
        }
        let sought = Sought {
            item: FetchItem {
                shard: hit.shard,
                id: hit.id,
                address: Some(address),
            },
            searched: Some(Arc::clone(view)),
            current: Some(Arc::clone(view)),
        };
        let request = request(Some(scored(&views, &all)), Vec::new());
        let said = explain(&[sought], &request, far(), Instant::now).unwrap();
        assert_eq!(said[0].as_ref().unwrap().explanation.as_ref().unwrap().value, 3.0);
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_time_runs_out() {
    let docs = corpus(&mut random::from_seed(77), 10, 0.0);
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let all = bare(Clause::All { boost: 1.0 });
    let wanted = scored(&views, &all);
    let ids = all_ids(&docs);
    let many = request(None, vec![wanted.clone(); 1_000]);
    let refused = explain(&sought(&views, &ids), &many, far(), Instant::now);
    assert!(matches!(refused, Err(LeafError::BadRequest(_))), "{refused:?}");
    let mut unfit = wanted.clone();
    unfit.statistics.frequencies.push(1);
    let refused = explain(
        &sought(&views, &ids),
        &request(None, vec![unfit]),
        far(),
        Instant::now,
    );
    assert!(matches!(refused, Err(LeafError::BadRequest(_))), "{refused:?}");
    let now = Instant::now();
    let over = shared::deadline::Deadline::at(now);
    let many = vec![wanted; 200];
    let late = explain(&sought(&views, &ids), &request(None, many), over, move || now);
    assert_eq!(late, Err(LeafError::Expired));
}

#[test]
fn clauses_are_numbered_as_they_are_listed() {
    for query in queries(78) {
        let listed = query.clause.preorder();
        let docs = corpus(&mut random::from_seed(79), 20, 0.0);
        let views = shards(
            &docs,
            Layout {
                shards: 1,
                segments: 1,
            },
        );
        let request = request(Some(scored(&views, &query)), Vec::new());
        let mut weights = BTreeSet::new();
        for said in said(&views, &all_ids(&docs), &request).into_iter().flatten() {
            each_weight(&said.explanation.unwrap(), &mut weights);
        }
        for number in weights {
            assert!(
                matches!(
                    listed[number as usize],
                    Clause::Term { .. }
                        | Clause::Synonyms { .. }
                        | Clause::Phrase { .. }
                        | Clause::PhraseOfAny { .. }
                ),
                "{number} {query:?}"
            );
        }
    }
}

fn each_weight(explanation: &Explanation, into: &mut BTreeSet<u32>) {
    if let Reason::Weight { clause } = explanation.reason {
        into.insert(clause);
    }
    explanation
        .details
        .iter()
        .for_each(|part| each_weight(part, into));
}
