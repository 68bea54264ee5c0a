//! Aggregations that are too much are given up or refused, before they harm anybody.

use serde_json::json;
use shared::aggregation::{Aggregation, ColumnKind, Form, Keep, Kind, ShardAggregations};
use shared::wire::clause::Clause;
use tokio::time::Instant;

use super::aggregations::{LAYOUTS, keyed, source, terms};
use super::fixture::{Doc, bare, far, request, shards};
use crate::execute::search;

#[test]
fn what_takes_too_much_memory_is_given_up() {
    let docs: Vec<Doc> = (0..2)
        .map(|nth| {
            let tags: Vec<String> = (0..3_000).map(|tag| format!("{nth}-{tag}")).collect();
            Doc::new(format!("doc-{nth}"), json!({ "tag": tags }))
        })
        .collect();
    let views = shards(&docs, LAYOUTS[0]);
    let mut request = request(&views, &bare(Clause::All { boost: 1.0 }), 0, 0);
    let tags = |inner| terms("tag", ColumnKind::Str, inner);
    request.aggregations = vec![tags(vec![tags(Vec::new())])];
    let (answers, _) = search(&views, &request, far(), Instant::now).unwrap();
    assert_eq!(answers[0].aggregations, Some(ShardAggregations::TooLarge));
    assert_eq!(answers[0].failure, None);
}

#[test]
fn nonsense_is_refused() {
    let views = shards(&[], LAYOUTS[0]);
    let deep = (0..20).fold(terms("tag", ColumnKind::Str, Vec::new()), |inner, _| {
        terms("tag", ColumnKind::Str, vec![inner])
    });
    let endless = Form::Histogram {
        interval: 0.0,
        offset: 0.0,
    };
    let endless = keyed(
        vec![source("n", ColumnKind::Long, endless)],
        Keep::All,
        Vec::new(),
    );
    let global = Aggregation {
        kind: Kind::Global,
        inner: Vec::new(),
    };
    for of in [
        deep,
        endless,
        keyed(Vec::new(), Keep::All, Vec::new()),
        terms("tag", ColumnKind::Str, vec![global]),
    ] {
        let mut request = request(&views, &bare(Clause::All { boost: 1.0 }), 0, 0);
        request.aggregations = vec![of];
        assert!(search(&views, &request, far(), Instant::now).is_err());
    }
}
