//! Completions depend on the live documents alone, and are bounded by what was asked for.

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::json;
use shared::completion::Begins;
use shared::ids::Shard;
use shared::random;
use shared::wire::ShardFailure;
use shared::wire::clause::Clause;
use shared::wire::suggest::Completing;
use tokio::time::Instant;

use super::fixture::{Doc, Layout, bare, far, matching_ids, shards};
use crate::execute::{ExecuteError, ShardView, complete};

const LAYOUTS: [Layout; 4] = [
    Layout {
        shards: 1,
        segments: 1,
    },
    Layout {
        shards: 1,
        segments: 5,
    },
    Layout {
        shards: 3,
        segments: 2,
    },
    Layout {
        shards: 4,
        segments: 3,
    },
];

fn wanted(begins: Begins, size: u32, distinct: bool) -> Completing {
    Completing {
        path: "input".to_owned(),
        begins: vec![begins],
        size,
        distinct,
    }
}

fn with(text: &str) -> Begins {
    Begins::With(text.to_owned())
}

fn like(text: &str, distance: u8) -> Begins {
    Begins::Like {
        text: text.to_owned(),
        distance,
        prefix_length: 1,
        transpositions: true,
    }
}

/// Texts with their scores and documents.
fn found(views: &[ShardView], wanted: &Completing) -> Vec<(String, u64, String)> {
    let (answers, mut all) = complete(views, std::slice::from_ref(wanted), far(), Instant::now).unwrap();
    assert!(answers.iter().all(|answer| answer.failure.is_none()));
    let all = all.remove(0).into_iter();
    all.map(|one| (one.text, one.score, one.id)).collect()
}

fn texts(views: &[ShardView], wanted: &Completing) -> Vec<String> {
    found(views, wanted)
        .into_iter()
        .map(|(text, _, _)| text)
        .collect()
}

fn corpus(rng: &mut StdRng) -> Vec<Doc> {
    let syllables = ["wha", "le", "whi", "te", "sha", "rk", "wa", "ter"];
    (0..400)
        .map(|number| {
            let mut input = || {
                let length = rng.random_range(1..4);
                let text: String = (0..length)
                    .map(|_| syllables[rng.random_range(0..syllables.len())])
                    .collect();
                json!({"input": [text, format!("the {}", number % 40)], "weight": rng.random_range(0..20)})
            };
            let json = json!({"input": [input(), input()]});
            Doc {
                deleted: number % 3 == 0,
                ..Doc::new(format!("doc-{number}"), json)
            }
        })
        .collect()
}

#[test]
fn every_layout_completes_alike() {
    let docs = corpus(&mut random::from_seed(21));
    let live: Vec<Doc> = docs.iter().filter(|doc| !doc.deleted).cloned().collect();
    let layouts = LAYOUTS.map(|layout| shards(&docs, layout));
    let undisturbed = shards(&live, LAYOUTS[0]);
    for begins in [
        with("wh"),
        with("w"),
        with("the\u{1f}1"),
        with("nothing"),
        like("whael", 1),
        like("wahtel", 2),
        Begins::Fits("wh[ai].?e".to_owned()),
    ] {
        for (size, distinct) in [(1, false), (5, false), (5, true), (10_000, false), (10_000, true)] {
            let wanted = wanted(begins.clone(), size, distinct);
            let expected = found(&undisturbed, &wanted);
            assert!(expected.len() <= size as usize);
            for (views, layout) in layouts.iter().zip(LAYOUTS) {
                assert_eq!(found(views, &wanted), expected, "{layout:?} {wanted:?}");
            }
        }
    }
}

#[test]
fn weights_decide_then_texts_and_a_document_comes_once() {
    let doc = |id: &str, input: serde_json::Value| Doc::new(id, json!({ "input": input }));
    let docs = [
        doc("a", json!({"input": ["Whale", "Whale song"], "weight": 3})),
        doc("b", json!({"input": "White", "weight": 9})),
        doc("c", json!({"input": "Whale", "weight": 5})),
        doc("d", json!("whip")),
    ];
    let views = shards(&docs, LAYOUTS[0]);
    assert_eq!(
        texts(&views, &wanted(with("wh"), 10, false)),
        ["White", "Whale", "Whale", "whip"]
    );
    assert_eq!(
        texts(&views, &wanted(with("wh"), 10, true)),
        ["White", "Whale", "Whale song", "whip"]
    );
    assert_eq!(
        texts(&views, &wanted(with("whale\u{1f}s"), 10, false)),
        ["Whale song"]
    );
    assert_eq!(texts(&views, &wanted(like("wihp", 1), 10, false)), ["whip"]);
}

#[test]
fn a_shard_that_is_not_there_costs_its_share() {
    let docs = [Doc::new("a", json!({"input": "whale"}))];
    let mut views = shards(&docs, LAYOUTS[0]);
    views.push((Shard(1), Err(ShardFailure::NotReady)));
    let (answers, all) = complete(&views, &[wanted(with("w"), 5, false)], far(), Instant::now).unwrap();
    assert_eq!(all[0].len(), 1);
    assert_eq!(answers[1].failure, Some(ShardFailure::NotReady));
}

#[test]
fn the_deadline_stops_the_walk_and_what_was_found_is_kept() {
    let docs = corpus(&mut random::from_seed(22));
    let views = shards(&docs, LAYOUTS[0]);
    let past = shared::deadline::Deadline::at(Instant::now());
    let (answers, _) = complete(&views, &[wanted(with("w"), 5, false)], past, Instant::now).unwrap();
    assert_eq!(answers[0].failure, Some(ShardFailure::Deadline));
}

#[test]
fn requests_that_no_root_makes_are_refused() {
    let views = shards(&[Doc::new("a", json!({}))], LAYOUTS[0]);
    for wanted in [
        wanted(with("w"), 10_001, false),
        wanted(Begins::Fits("[".to_owned()), 5, false),
    ] {
        let refused = complete(&views, &[wanted], far(), Instant::now);
        assert!(matches!(refused, Err(ExecuteError::Misfit(_))), "{refused:?}");
    }
}

#[test]
fn an_input_without_words_exists_and_completes_nothing() {
    let doc = |id: &str, json: serde_json::Value| Doc::new(id, json);
    let docs = [
        doc("words", json!({"input": "a whale"})),
        doc("none", json!({"input": {"input": ["…"], "weight": 9}})),
        doc("absent", json!({})),
    ];
    for layout in LAYOUTS {
        let views = shards(&docs, layout);
        let exists = Clause::Exists {
            path: "input".to_owned(),
            boost: 1.0,
        };
        assert_eq!(matching_ids(&views, &bare(exists)), ["none", "words"]);
        for begins in [with(""), Begins::Fits(".*".to_owned())] {
            assert_eq!(texts(&views, &wanted(begins, 10, false)), ["a whale"]);
        }
    }
}
