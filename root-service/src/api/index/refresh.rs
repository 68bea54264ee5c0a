//! `POST|GET /{index}/_refresh`, and `_flush`, which is the same here: acknowledged writes are durable before that.

use axum::extract::State;
use futures::StreamExt as _;
use futures::stream;
use serde_json::json;
use shared::deadline::Deadline;
use tokio::time::Instant;

use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::search::shards;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::error::ApiError;
use crate::search::ShardsSummary;

/// Indexes refreshed at once by one call.
const AT_ONCE: usize = 8;

/// The handler.
pub(in crate::api) async fn refresh(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.config.write_timeout);
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    params.finish()?;
    let catalog = api.app.catalog();
    let chosen = targets.resolve(&catalog, leniency)?;
    let names: Vec<String> = chosen.into_keys().map(str::to_owned).collect();
    let named = names.iter().any(|name| Some(name) == target.as_ref());
    let refresh_one = |name: String| {
        let app = api.app.clone();
        async move {
            let result = app.refresh(&name, deadline).await;
            (name, result)
        }
    };
    let mut results = stream::iter(names).map(refresh_one).buffer_unordered(AT_ONCE);
    let mut total = ShardsSummary::default();
    let mut failures = Vec::new();
    while let Some((name, result)) = results.next().await {
        match result {
            Ok(summary) => {
                total.total += summary.total;
                total.successful += summary.successful;
                failures.extend(
                    summary
                        .failures
                        .iter()
                        .map(|report| shards::failure(&name, report)),
                );
            }
            // Deleted since the pattern was resolved.
            Err(ApiError::IndexNotFound { .. }) if !named => {}
            Err(error) => return Err(error),
        }
    }
    let mut body = json!({"total": total.total, "successful": total.successful, "failed": failures.len()});
    if !failures.is_empty() {
        body["failures"] = json!(failures);
    }
    Ok(Answer::json(&json!({"_shards": body})))
}
