//! `GET /_cat/count[/{index}]`: how many documents there are, on one line.

use axum::extract::State;
use shared::clock;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::table::{Column, View};
use crate::api::answer::Handled;
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::dsl::SearchCommand;

const COLUMNS: [Column; 3] = [
    Column::left("epoch", &["t", "time"], "seconds since 1970-01-01 00:00:00"),
    Column::left("timestamp", &["ts", "hms", "hhmmss"], "time in HH:MM:SS"),
    Column::left("count", &["dc", "docs.count", "docsCount"], "the document count"),
];

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    Target(target): Target,
    accepted: Accepted,
    mut params: Params,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), api.search_timeout());
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    params.finish()?;
    let command = SearchCommand {
        size: 0,
        count_max: u64::MAX,
        // A line has no room to say that the count is of a part.
        allow_partial_search_results: Some(false),
        ..SearchCommand::default()
    };
    let indexes = targets::names(&targets, leniency, &api.app)?;
    let result = api.app.search_all(&indexes, &command, deadline).await?;
    let now = clock::now_utc();
    let (hour, minute, second) = now.to_hms();
    let cells = [
        now.unix_timestamp().to_string(),
        format!("{hour:02}:{minute:02}:{second:02}"),
        result.total.map_or(0, |total| total.value).to_string(),
    ];
    Ok(view.answer(&COLUMNS, vec![cells.into_iter().map(Some).collect()]))
}
