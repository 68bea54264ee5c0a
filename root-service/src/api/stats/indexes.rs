//! `GET /_stats`, `GET /{index}/_stats[/{metrics}]`: documents, bytes and segments of indexes.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::numbers::Numbers;
use crate::api::answer::{Answer, Handled};
use crate::api::cluster::{Copies, ShardCopies};
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::error::{ApiError, brief};

/// The groups of numbers that there are.
const METRICS: [&str; 3] = ["docs", "store", "segments"];

/// `GET /_stats`, `GET /{index}/_stats`.
pub(in crate::api) async fn get(State(app): State<App>, Target(index): Target, params: Params) -> Handled {
    answer(&app, index.as_deref(), None, params)
}

/// `GET /_stats/{metrics}`.
pub(in crate::api) async fn metrics(
    State(app): State<App>,
    PathOf(metrics): PathOf<String>,
    params: Params,
) -> Handled {
    answer(&app, None, Some(&metrics), params)
}

/// `GET /{index}/_stats/{metrics}`.
pub(in crate::api) async fn metrics_of(
    State(app): State<App>,
    PathOf((index, metrics)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    answer(&app, Some(&index), Some(&metrics), params)
}

fn answer(app: &App, index: Option<&str>, metrics: Option<&str>, mut params: Params) -> Handled {
    let (targets, leniency) = targets::take(index, &mut params, Leniency::default())?;
    let with_indexes = match params.text("level").as_deref() {
        None | Some("indices") => true,
        Some("cluster") => false,
        Some(_) => {
            return Err(ApiError::illegal(
                "[level] must be [cluster] or [indices]; [shards] is not offered",
            ));
        }
    };
    params.finish()?;
    let metrics = read_metrics(metrics)?;
    let wanted = |name: &str| metrics.iter().any(|metric| metric == name);
    let view = app.cluster();
    let (mut once, mut all) = (Numbers::default(), Numbers::default());
    let (mut total, mut successful) = (0, 0);
    let mut indexes = Map::new();
    for (name, meta) in targets.resolve(&view.catalog, leniency)? {
        let copies = Copies::of(meta, &view);
        let (of_one, of_all) = (Numbers::once(&copies), Numbers::all(&copies));
        once.add(of_one);
        all.add(of_all);
        total += copies
            .shards
            .iter()
            .map(|shard| shard.copies.len().max(1))
            .sum::<usize>();
        successful += copies.shards.iter().map(ShardCopies::started).sum::<usize>();
        indexes.insert(
            name.to_owned(),
            json!({
                "uuid": meta.uuid.to_string(),
                "health": copies.color().to_string(),
                "status": "open",
                "primaries": of_one.show(wanted),
                "total": of_all.show(wanted),
            }),
        );
    }
    let mut shown = json!({
        "_shards": {"total": total, "successful": successful, "failed": 0},
        "_all": {"primaries": once.show(wanted), "total": all.show(wanted)},
    });
    if with_indexes {
        shown["indices"] = Value::Object(indexes);
    }
    Ok(Answer::json(&shown))
}

fn read_metrics(metrics: Option<&str>) -> Result<Vec<String>, ApiError> {
    let mut read = Vec::new();
    for metric in metrics.unwrap_or("_all").split(',').map(str::trim) {
        match metric {
            "_all" => read.extend(METRICS.map(str::to_owned)),
            known if METRICS.contains(&known) => read.push(known.to_owned()),
            other => {
                return Err(ApiError::illegal(format!(
                    "the metric [{}] is not offered; offered are [docs], [store] and [segments]",
                    brief(other)
                )));
            }
        }
    }
    Ok(read)
}
