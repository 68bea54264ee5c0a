//! The best documents of a bucket as Elasticsearch shows them.

use serde_json::{Map, Value, json};

use super::outcome::{Best, ShownHit};
use crate::resolve::aggregations::TopHitsShown;
use crate::resolve::sort;

pub(super) fn top_hits(into: &mut Map<String, Value>, top: &TopHitsShown, best: &Best) {
    let hits = best.hits.iter().filter(|hit| !hit.gone);
    let hits: Vec<Value> = hits.map(|hit| one(top, hit)).collect();
    let shown = json!({
        "total": {"value": best.total, "relation": "eq"},
        "max_score": best.score_max.map(score),
        "hits": hits,
    });
    into.insert("hits".to_owned(), shown);
}

fn one(top: &TopHitsShown, shown: &ShownHit) -> Value {
    let hit = &shown.hit.hit;
    let mut one = json!({"_index": &*shown.index, "_id": hit.id});
    if let Some(document) = &shown.document {
        if top.version {
            one["_version"] = document.version.into();
        }
        if top.seq_no_primary_term {
            one["_seq_no"] = document.seq_no.into();
            one["_primary_term"] = 1.into();
        }
    }
    one["_score"] = top.scored.then(|| score(hit.score)).into();
    if let Some(document) = &shown.document {
        if let Some(routing) = &document.routing {
            one["_routing"] = routing.as_str().into();
        }
        if top.source.is_shown() {
            one["_source"] = source(top, &document.source);
        }
    }
    if top.sorted {
        let values = top.order.iter().zip(&hit.sort);
        one["sort"] = values.map(|(key, value)| sort::shown(key, value)).collect();
    }
    one
}

fn source(top: &TopHitsShown, stored: &str) -> Value {
    match serde_json::from_str::<Map<String, Value>>(stored) {
        Ok(source) if top.source.is_whole() => source.into(),
        Ok(source) => top.source.apply(&source).into(),
        Err(error) => {
            // It was an object when it was written.
            tracing::error!(%error, "a stored document is no JSON object");
            Value::Null
        }
    }
}

/// With as many digits as a score has, not as many as a double would need.
fn score(score: f32) -> Value {
    score.to_string().parse::<f64>().unwrap_or_default().into()
}
