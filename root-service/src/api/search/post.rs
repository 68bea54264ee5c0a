//! `GET|POST /{index}/_search`.

use axum::extract::State;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::{Shape, bytes};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::dsl::SearchCommand;

/// The handler; a path without an index means all.
pub(in crate::api) async fn search(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let parameters = params.rest();
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let command = on_cpu(body.bytes.len(), move || {
        SearchCommand::parse(&body.bytes, &parameters)
    })
    .await?;
    let timeout = command.timeout.unwrap_or_else(|| api.search_timeout());
    let shape = Shape::of(&command);
    let deadline = Deadline::after(arrived, timeout);
    let indexes = targets::names(&targets, leniency, &api.app)?;
    let result = api.app.search_all(&indexes, &command, deadline).await?;
    let json = on_cpu(bytes(&result), move || {
        shape.render(targets::shown(&indexes), &result)
    })
    .await?;
    Ok(Answer::raw_json(json))
}
