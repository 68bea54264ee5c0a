//! Keys without documents, and keys by pattern and by part: equal for every cut, and equal to what is computed of the documents
//! one by one.

use std::collections::{BTreeMap, BTreeSet};

use shared::aggregation::{Aggregation, ColumnKind, Form, Keep, Key, Keyed, Kind, Like, Partial};
use shared::pattern::{Pattern, Syntax};
use shared::wire::clause::Clause;
use shared::wire::sort::SortBy;
use tokio::time::Instant;

use super::aggregations::{LAYOUTS, aggregated, documents, keyed, source};
use super::bucket_documents::{by_score, key, texts, top, with, words};
use super::fixture::{bare, far, shards};
use crate::execute::{ShardView, search};

fn with_zeros(path: &str, kind: ColumnKind, like: Like, inner: Vec<Aggregation>) -> Aggregation {
    let keyed = Keyed {
        sources: vec![shared::aggregation::Source {
            like,
            ..source(path, kind, Form::Value)
        }],
        keep: Keep::ByCount {
            descending: true,
            max: 65_536,
        },
        zeros: true,
    };
    Aggregation {
        kind: Kind::Keyed(keyed),
        inner,
    }
}

#[test]
fn keys_of_live_documents_that_do_not_match_have_empty_buckets() {
    let docs = documents(0.5);
    let nothing = bare(Clause::Nothing);
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for doc in docs.iter().filter(|doc| !doc.deleted) {
        wanted.extend(texts(&doc.json["meta"]["kind"]));
    }
    for layout in LAYOUTS {
        let views = shards(&docs, layout);
        let of = with_zeros(
            "meta.kind",
            ColumnKind::Str,
            Like::default(),
            vec![top(by_score(), 1, false)],
        );
        let result = aggregated(&views, &with(&views, &nothing, vec![of]));
        let Partial::Buckets(buckets) = &result[0] else {
            panic!("{result:?}");
        };
        let keys: BTreeSet<String> = buckets
            .kept
            .keys()
            .map(|key| match key {
                Key::Str(text) => text.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(keys, wanted, "{layout:?}");
        assert!(buckets.kept.values().all(|bucket| bucket.count == 0));
    }
}

#[test]
fn keys_can_be_chosen_by_pattern_and_by_part() {
    let docs = documents(0.2);
    let regexp = |text: &str| {
        Some(Pattern {
            syntax: Syntax::Regexp,
            text: text.to_owned(),
            case_insensitive: false,
        })
    };
    let keys_of = |views: &[ShardView], like: Like, zeros: bool| {
        let mut of = with_zeros("tag", ColumnKind::Str, like, Vec::new());
        if let Kind::Keyed(keyed) = &mut of.kind {
            keyed.zeros = zeros;
        }
        let result = aggregated(views, &with(views, &words(), vec![of]));
        let Partial::Buckets(buckets) = &result[0] else {
            panic!("{result:?}");
        };
        let keys = buckets
            .kept
            .iter()
            .map(|(key, bucket)| (key.clone(), bucket.count));
        keys.collect::<BTreeMap<Key, u64>>()
    };
    for layout in LAYOUTS {
        let views = shards(&docs, layout);
        let all = keys_of(&views, Like::default(), false);
        for zeros in [false, true] {
            let like = Like {
                fits: regexp("t[12].*"),
                fits_not: regexp(".*5"),
                part: None,
            };
            let mut some = all.clone();
            some.retain(|key, _| {
                matches!(key, Key::Str(text) if text.starts_with(['t']) && matches!(&text[1..2], "1" | "2") && !text.ends_with('5'))
            });
            assert_eq!(keys_of(&views, like, zeros), some, "{layout:?} {zeros}");
        }
        let mut parts = BTreeMap::new();
        for part in 0..3 {
            let like = Like {
                part: Some((part, 3)),
                ..Like::default()
            };
            let of_part = keys_of(&views, like, false);
            assert!(!of_part.is_empty());
            parts.extend(of_part);
        }
        assert_eq!(parts, all, "{layout:?}");
    }
}

#[test]
fn nonsense_is_refused() {
    let views = shards(&[], LAYOUTS[0]);
    let zeros_of_two = Aggregation {
        kind: Kind::Keyed(Keyed {
            sources: vec![source("tag", ColumnKind::Str, Form::Value); 2],
            keep: Keep::All,
            zeros: true,
        }),
        inner: Vec::new(),
    };
    let broken = Like {
        fits: Some(Pattern {
            syntax: Syntax::Regexp,
            text: "(".to_owned(),
            case_insensitive: false,
        }),
        ..Like::default()
    };
    for of in [
        top(by_score(), 101, false),
        top(Vec::new(), 1, false),
        top(vec![key(SortBy::Id, true); 17], 1, false),
        zeros_of_two,
        with_zeros("tag", ColumnKind::Str, broken, Vec::new()),
    ] {
        let request = with(&views, &bare(Clause::All { boost: 1.0 }), vec![of]);
        assert!(search(&views, &request, far(), Instant::now).is_err());
    }
    let fine = keyed(
        vec![source("tag", ColumnKind::Str, Form::Value)],
        Keep::All,
        Vec::new(),
    );
    let request = with(&views, &bare(Clause::All { boost: 1.0 }), vec![fine]);
    assert!(search(&views, &request, far(), Instant::now).is_ok());
}
