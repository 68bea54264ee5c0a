//! Aggregations: equal for every cut of the documents, and equal to what is computed of the documents one by one.

use std::collections::BTreeMap;

use rand::RngExt as _;
use serde_json::{Value, json};
use shared::aggregation::{
    Aggregation, Column, ColumnKind, DateRounding, DateUnit, Form, Keep, Key, Keyed, Kind, Like, Partial,
    Real, ShardAggregations, Source,
};
use shared::deadline::Deadline;
use shared::random;
use shared::wire::clause::{self, Bound, Clause, LeafQuery};
use shared::wire::{SearchRequest, ShardFailure};
use tokio::time::Instant;

use super::fixture::{Doc, Layout, bare, corpus, far, request, shards};
use crate::execute::{ShardView, search};

const DAY_MS: i64 = 86_400_000;

pub(super) const LAYOUTS: [Layout; 4] = [
    Layout {
        shards: 1,
        segments: 1,
    },
    Layout {
        shards: 1,
        segments: 7,
    },
    Layout {
        shards: 2,
        segments: 3,
    },
    Layout {
        shards: 4,
        segments: 2,
    },
];

pub(super) fn documents(deleted_share: f64) -> Vec<Doc> {
    let mut rng = random::from_seed(11);
    let mut docs = corpus(&mut rng, 3_000, deleted_share);
    for doc in &mut docs {
        let tag = |nth: u32| format!("t{nth}");
        if rng.random_bool(0.3) {
            doc.json["tag"] = json!([
                tag(rng.random_range(0..4)),
                tag(rng.random_range(0..40)),
                "t1",
                "t1"
            ]);
        }
        if rng.random_bool(0.9) {
            doc.json["day"] = json!(rng.random_range(-400_i64..4_000) * DAY_MS + rng.random_range(0..DAY_MS));
        }
        if rng.random_bool(0.2) {
            doc.json["x"] = json!([rng.random_range(-1e3..1e3_f64), 0.1, 1e15]);
        }
        doc.json["meta"] = json!({"kind": format!("k{}", rng.random_range(0..2_000))});
    }
    docs
}

fn column(path: &str, kind: ColumnKind) -> Column {
    Column {
        path: path.to_owned(),
        kind,
    }
}

pub(super) fn source(path: &str, kind: ColumnKind, form: Form) -> Source {
    Source {
        column: column(path, kind),
        missing: None,
        form,
        only: None,
        except: Vec::new(),
        like: Like::default(),
    }
}

pub(super) fn keyed(sources: Vec<Source>, keep: Keep, inner: Vec<Aggregation>) -> Aggregation {
    Aggregation {
        kind: Kind::Keyed(Keyed {
            sources,
            keep,
            zeros: false,
        }),
        inner,
    }
}

fn by_count(max: u32) -> Keep {
    Keep::ByCount {
        descending: true,
        max,
    }
}

pub(super) fn terms(path: &str, kind: ColumnKind, inner: Vec<Aggregation>) -> Aggregation {
    keyed(vec![source(path, kind, Form::Value)], by_count(65_536), inner)
}

fn metrics() -> Vec<Aggregation> {
    let kinds = [
        Kind::Stats {
            column: column("x", ColumnKind::Double),
            missing: None,
        },
        Kind::Stats {
            column: column("n", ColumnKind::Long),
            missing: Some(2.5),
        },
        Kind::Count {
            column: column("tag", ColumnKind::Str),
            missing: false,
        },
        Kind::Distinct {
            column: column("meta.kind", ColumnKind::Str),
            missing: None,
            exact_max: 100,
        },
        Kind::Distinct {
            column: column("x", ColumnKind::Double),
            missing: Some(Key::Double(Real::new(7.25))),
            exact_max: 3_000,
        },
        Kind::Quantiles {
            column: column("x", ColumnKind::Double),
            missing: None,
        },
    ];
    let bare = |kind| Aggregation {
        kind,
        inner: Vec::new(),
    };
    kinds.into_iter().map(bare).collect()
}

fn month() -> Form {
    Form::Dates(DateRounding {
        unit: DateUnit::Months(1),
        zone_ms: 3_600_000,
        offset_ms: 0,
    })
}

fn positive() -> LeafQuery {
    bare(Clause::Range {
        path: "n".to_owned(),
        lower: Bound::Included(clause::Value::Long(0)),
        upper: Bound::Open,
        boost: 1.0,
    })
}

fn all_kinds() -> Vec<Aggregation> {
    let histogram = Form::Histogram {
        interval: 2.5,
        offset: 1.0,
    };
    let ranges = Kind::Ranges {
        column: column("x", ColumnKind::Double),
        missing: None,
        ranges: vec![(None, Some(0.0)), (Some(0.0), Some(0.1)), (Some(-5.0), None)],
    };
    let with = |kind, inner| Aggregation { kind, inner };
    let mut missing_tag = source("n", ColumnKind::Long, Form::Value);
    missing_tag.missing = Some(Key::Long(3));
    missing_tag.except = vec![Key::Long(4)];
    let mut some_tags = source("tag", ColumnKind::Str, Form::Value);
    some_tags.only = Some(vec![Key::Str("t1".to_owned()), Key::Str("absent".to_owned())]);
    let pairs = vec![
        source("tag", ColumnKind::Str, Form::Value),
        source("day", ColumnKind::Long, month()),
        Source {
            missing: Some(Key::Null),
            ..source("flag", ColumnKind::Boolean, Form::Value)
        },
    ];
    let page = Keep::ByKey {
        descending: vec![true, false, false],
        after: Some(Key::Tuple(vec![
            Key::Str("t39".to_owned()),
            Key::Long(0),
            Key::Boolean(true),
        ])),
        max: 50,
    };
    let mut all = metrics();
    all.extend([
        terms("tag", ColumnKind::Str, metrics()),
        terms(
            "meta.kind",
            ColumnKind::Str,
            vec![terms("flag", ColumnKind::Boolean, Vec::new())],
        ),
        terms("x", ColumnKind::Double, Vec::new()),
        keyed(vec![missing_tag], by_count(100), metrics()),
        keyed(vec![some_tags], by_count(100), Vec::new()),
        keyed(
            vec![source("x", ColumnKind::Double, histogram)],
            Keep::All,
            Vec::new(),
        ),
        keyed(
            vec![source("day", ColumnKind::Long, month())],
            Keep::All,
            metrics(),
        ),
        keyed(pairs, page, metrics()),
        with(ranges, metrics()),
        with(
            Kind::Filters {
                queries: vec![positive(), bare(Clause::Nothing)],
                others: true,
            },
            vec![terms("tag", ColumnKind::Str, metrics())],
        ),
        with(Kind::Missing(column("flag", ColumnKind::Boolean)), metrics()),
        with(Kind::Missing(column("nowhere", ColumnKind::Nothing)), Vec::new()),
        with(Kind::Global, vec![terms("tag", ColumnKind::Str, Vec::new())]),
    ]);
    all
}

/// The request and its answer, merged over the shards.
pub(super) fn aggregated(views: &[ShardView], request: &SearchRequest) -> Vec<Partial> {
    let of = &request.aggregations;
    let mut all: Vec<Partial> = of.iter().map(Partial::empty).collect();
    let (answers, _) = search(views, request, far(), Instant::now).unwrap();
    for answer in answers {
        assert_eq!(answer.failure, None);
        assert_eq!(answer.documents_seen, answer.documents);
        let Some(ShardAggregations::Results(partials)) = answer.aggregations else {
            panic!("no results");
        };
        Partial::merge_all(&mut all, partials, of).unwrap();
    }
    all.iter_mut().zip(of).for_each(|(partial, of)| partial.prune(of));
    all
}

/// A result as text; exact sums by their values.
fn shown(partial: &Partial) -> Value {
    match partial {
        Partial::Buckets(buckets) => {
            let bucket = |(key, bucket): (&Key, &shared::aggregation::Bucket)| {
                json!([
                    format!("{key:?}"),
                    bucket.count,
                    bucket.inner.iter().map(shown).collect::<Vec<_>>()
                ])
            };
            let kept: Vec<Value> = buckets.kept.iter().map(bucket).collect();
            json!([kept, buckets.others, buckets.error])
        }
        Partial::Stats(stats) => json!([
            stats.count,
            format!("{:?} {:?}", stats.sum.value(), stats.squares.value()),
            format!("{:?} {:?}", stats.min, stats.max),
        ]),
        other => json!(format!("{other:?}")),
    }
}

#[test]
fn every_layout_aggregates_alike() {
    for deleted_share in [0.0, 0.3] {
        let docs = documents(deleted_share);
        let layouts: Vec<Vec<ShardView>> = LAYOUTS.iter().map(|layout| shards(&docs, *layout)).collect();
        for query in [bare(Clause::All { boost: 1.0 }), positive()] {
            for (nth, of) in all_kinds().into_iter().enumerate() {
                let mut first = None;
                for (layout, views) in LAYOUTS.iter().zip(&layouts) {
                    let mut request = request(views, &query, [0, 10][nth % 2], 100);
                    request.aggregations = vec![of.clone()];
                    let result = shown(&aggregated(views, &request)[0]);
                    let first = first.get_or_insert_with(|| result.clone());
                    assert_eq!(result, *first, "{layout:?} {of:?}");
                }
            }
        }
    }
}

#[test]
fn terms_count_each_document_once_per_value_and_only_live_ones() {
    let docs = documents(0.3);
    let mut wanted: BTreeMap<String, u64> = BTreeMap::new();
    for doc in docs.iter().filter(|doc| !doc.deleted) {
        let mut tags: Vec<&str> = match &doc.json["tag"] {
            Value::Array(tags) => tags.iter().filter_map(Value::as_str).collect(),
            tag => tag.as_str().into_iter().collect(),
        };
        tags.sort_unstable();
        tags.dedup();
        for tag in tags {
            *wanted.entry(tag.to_owned()).or_default() += 1;
        }
    }
    let views = shards(&docs, LAYOUTS[2]);
    let mut request = request(&views, &bare(Clause::All { boost: 1.0 }), 0, 0);
    request.aggregations = vec![terms("tag", ColumnKind::Str, Vec::new())];
    let result = aggregated(&views, &request);
    let Partial::Buckets(buckets) = &result[0] else {
        panic!("{result:?}");
    };
    let counts: BTreeMap<String, u64> = buckets
        .kept
        .iter()
        .map(|(key, bucket)| match key {
            Key::Str(text) => (text.clone(), bucket.count),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(counts, wanted);
    assert_eq!((buckets.others, buckets.error), (0, 0));
}

#[test]
fn more_terms_than_are_sent_say_how_far_counts_may_be_off() {
    let docs = documents(0.0);
    let views = shards(&docs, LAYOUTS[2]);
    let exact = terms("meta.kind", ColumnKind::Str, Vec::new());
    let cut = keyed(
        vec![source("meta.kind", ColumnKind::Str, Form::Value)],
        by_count(20),
        Vec::new(),
    );
    let mut request = request(&views, &bare(Clause::All { boost: 1.0 }), 0, 0);
    request.aggregations = vec![exact, cut];
    let result = aggregated(&views, &request);
    let [Partial::Buckets(exact), Partial::Buckets(cut)] = result.as_slice() else {
        panic!("{result:?}");
    };
    assert!(cut.error > 0 && cut.kept.len() == 20);
    let all: u64 = cut.kept.values().map(|bucket| bucket.count).sum::<u64>() + cut.others;
    assert_eq!(all, 3_000);
    for (key, bucket) in &cut.kept {
        let true_count = exact.kept[key].count;
        assert!(bucket.count <= true_count && true_count <= bucket.count + cut.error);
    }
}

#[test]
fn another_query_than_that_of_the_hits_can_be_aggregated() {
    let docs = documents(0.0);
    let views = shards(&docs, LAYOUTS[1]);
    let count = Aggregation {
        kind: Kind::Filters {
            queries: vec![bare(Clause::All { boost: 1.0 })],
            others: false,
        },
        inner: Vec::new(),
    };
    let of = |query: LeafQuery, aggregated_query: Option<LeafQuery>| {
        let mut request = request(&views, &query, 3, 0);
        request.aggregations = vec![count.clone()];
        request.aggregated = aggregated_query;
        aggregated(&views, &request)
    };
    let all = of(bare(Clause::All { boost: 1.0 }), None);
    let some = of(positive(), None);
    assert_ne!(all, some);
    assert_eq!(of(positive(), Some(bare(Clause::All { boost: 1.0 }))), all);
}

#[test]
fn a_deadline_stops_aggregations_and_coverage_tells() {
    let docs = documents(0.0);
    let views = shards(&docs, LAYOUTS[2]);
    let mut request = request(&views, &bare(Clause::All { boost: 1.0 }), 0, 0);
    request.aggregations = vec![terms("tag", ColumnKind::Str, metrics())];
    let passed = Deadline::at(Instant::now());
    let (answers, _) = search(&views, &request, passed, Instant::now).unwrap();
    for answer in answers {
        assert_eq!(answer.failure, Some(ShardFailure::Deadline));
        assert_eq!(answer.documents_seen, 0);
    }
}
