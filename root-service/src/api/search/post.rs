//! `GET|POST /{index}/_search`.

use axum::extract::State;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::{Shape, bytes};
use super::scroll::{self, First};
use super::{pit, scrolling};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::dsl::{SearchCommand, parse_keep_alive};

/// The handler; a path without an index means all.
pub(in crate::api) async fn search(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let scroll = params.text("scroll");
    let keep = scroll.map(|text| parse_keep_alive("scroll", &text)).transpose()?;
    let parameters = params.rest();
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let (command, body, parameters) = on_cpu(body.bytes.len(), move || {
        let command = SearchCommand::parse(&body.bytes, &parameters);
        (command, body, parameters)
    })
    .await;
    let command = command?;
    let timeout = command.timeout.unwrap_or_else(|| api.search_timeout());
    let shape = Shape::of(&command);
    let deadline = Deadline::after(arrived, timeout);
    if let Some(keep) = keep {
        let indexes = targets::names(&targets, leniency, &api.app)?;
        let first = First {
            command,
            body: body.bytes,
            parameters,
            keep,
        };
        let page = scroll::open(&api, &indexes, first, deadline).await?;
        return scrolling::render(page, None).await;
    }
    let (result, indexes, shape) =
        pit::search_either(&api, (&targets, leniency), &command, shape, deadline).await?;
    let json = on_cpu(bytes(&result), move || {
        shape.render(targets::shown(&indexes), &result)
    })
    .await?;
    Ok(Answer::raw_json(json))
}
