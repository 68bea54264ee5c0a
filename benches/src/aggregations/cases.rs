//! What is computed: the same by both sides, where tantivy has it.

use serde_json::{Value, json};
use shared::aggregation::{
    Aggregation, Column, ColumnKind, DateRounding, DateUnit, Form, Keep, Keyed, Kind, Like, Source,
};
use shared::limits;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode};
use tantivy::aggregation::agg_req::Aggregations;

/// Thirty days.
const MONTH_MS: i64 = 30 * 86_400_000;

/// One aggregation for both sides.
pub(super) struct Case {
    /// What it is.
    pub(super) name: &'static str,
    /// As a leaf is asked for it.
    pub(super) aggregation: Aggregation,
    /// As tantivy is, if it has it.
    pub(super) tantivy: Option<Aggregations>,
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    let whole = |path: &str| column(path, ColumnKind::Long);
    let text = |path: &str| column(path, ColumnKind::Str);
    let stats = |path: &str| {
        bare(Kind::Stats {
            column: whole(path),
            missing: None,
        })
    };
    let month = Form::Dates(DateRounding {
        unit: DateUnit::Fixed(MONTH_MS),
        zone_ms: 0,
        offset_ms: 0,
    });
    let many = limits::SHARD_TERMS_MAX;
    let terms_there = |field: &str| json!({"field": field, "size": many, "segment_size": many});
    let months_there = json!({"field": "exact.created", "interval": MONTH_MS, "min_doc_count": 1});
    let mean_there = json!({"mean": {"stats": {"field": "exact.num_authors"}}});
    let mut cases = vec![
        case(
            "stats of a number",
            stats("num_authors"),
            Some(json!({"a": {"stats": {"field": "exact.num_authors"}}})),
        ),
        case(
            "terms, 65,536 of many values",
            by_value(text("authors"), Vec::new()),
            Some(json!({"a": {"terms": terms_there("exact.authors")}})),
        ),
        case(
            "terms, few values",
            by_value(text("primary_category"), Vec::new()),
            Some(json!({"a": {"terms": terms_there("exact.primary_category")}})),
        ),
        case(
            "terms of several values × stats",
            by_value(text("categories"), vec![stats("num_authors")]),
            Some(json!({"a": {"terms": terms_there("exact.categories"), "aggs": mean_there}})),
        ),
        case(
            "intervals of time",
            keyed(whole("created"), month.clone(), Keep::All, Vec::new()),
            Some(json!({"a": {"histogram": months_there}})),
        ),
        case(
            "intervals of time × terms × stats",
            keyed(
                whole("created"),
                month,
                Keep::All,
                vec![by_value(text("primary_category"), vec![stats("num_authors")])],
            ),
            Some(json!({"a": {"histogram": months_there, "aggs": {
                "b": {"terms": terms_there("exact.primary_category"), "aggs": mean_there}}}})),
        ),
    ];
    cases.extend(without_levels());
    cases
}

/// Those that tantivy has not, or without an aggregation inside.
fn without_levels() -> Vec<Case> {
    let whole = |path: &str| column(path, ColumnKind::Long);
    let text = |path: &str| column(path, ColumnKind::Str);
    vec![
        case(
            "different values",
            bare(Kind::Distinct {
                column: text("authors"),
                missing: None,
                exact_max: 3_000,
            }),
            Some(json!({"a": {"cardinality": {"field": "exact.authors"}}})),
        ),
        case(
            "percentiles",
            bare(Kind::Quantiles {
                column: whole("num_authors"),
                missing: None,
            }),
            Some(json!({"a": {"percentiles": {"field": "exact.num_authors"}}})),
        ),
        case(
            "terms × three best documents by score",
            by_value(text("primary_category"), vec![best(SortBy::Score)]),
            None,
        ),
        case(
            "terms × three newest documents",
            by_value(
                text("primary_category"),
                vec![best(SortBy::Long("created".to_owned()))],
            ),
            None,
        ),
    ]
}

fn case(name: &'static str, aggregation: Aggregation, tantivy: Option<Value>) -> Case {
    let request = |json| serde_json::from_value(json).expect("a literal request");
    Case {
        name,
        aggregation,
        tantivy: tantivy.map(request),
    }
}

fn column(path: &str, kind: ColumnKind) -> Column {
    Column {
        path: path.to_owned(),
        kind,
    }
}

fn bare(kind: Kind) -> Aggregation {
    Aggregation {
        kind,
        inner: Vec::new(),
    }
}

fn keyed(column: Column, form: Form, keep: Keep, inner: Vec<Aggregation>) -> Aggregation {
    let source = Source {
        column,
        missing: None,
        form,
        only: None,
        except: Vec::new(),
        like: Like::default(),
    };
    Aggregation {
        kind: Kind::Keyed(Keyed {
            sources: vec![source],
            keep,
            zeros: false,
        }),
        inner,
    }
}

fn by_value(column: Column, inner: Vec<Aggregation>) -> Aggregation {
    let keep = Keep::ByCount {
        descending: true,
        max: limits::SHARD_TERMS_MAX,
    };
    keyed(column, Form::Value, keep, inner)
}

fn best(by: SortBy) -> Aggregation {
    let order = vec![SortKey {
        by,
        descending: true,
        mode: SortMode::Max,
        missing: Missing::Last,
    }];
    bare(Kind::TopHits {
        order,
        max: 3,
        scores: false,
    })
}
