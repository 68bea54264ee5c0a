//! `GET /_cluster/health[/{index}]`: now, or as soon as it is good enough.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::summary::{Color, Summary};
use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{App, ClusterView, Leniency, Targets};
use crate::error::ApiError;

/// How long a wait takes at most if the client does not say (as in Elasticsearch).
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a client waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct WaitFor {
    status: Option<Color>,
    active_shards: Option<ActiveShards>,
    no_initializing: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ActiveShards {
    All,
    Count(usize),
}

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
) -> Handled {
    let deadline = Deadline::after(Instant::now(), params.duration("timeout")?.unwrap_or(TIMEOUT));
    let wait = WaitFor::take(&mut params)?;
    let with_indexes = match params.text("level").as_deref() {
        None | Some("cluster") => false,
        Some("indices") => true,
        Some(_) => {
            return Err(ApiError::illegal(
                "[level] must be [cluster] or [indices]; [shards] is not offered",
            ));
        }
    };
    let (_, leniency) = targets::take(None, &mut params, Leniency::default())?;
    params.finish()?;
    let targets = target.as_deref().map(|target| (Targets::parse(target), leniency));
    let (summary, met) = watch(&api.app, targets.as_ref(), wait, deadline).await?;
    let json = summary.to_json(&api.config.cluster_name, !met, with_indexes);
    let status = if met {
        StatusCode::OK
    } else {
        StatusCode::REQUEST_TIMEOUT
    };
    Ok(Answer::json(&json).with_status(status))
}

/// The indexes that a client asks about.
type Meant = (Targets, Leniency);

/// Waits until the health is as wanted or the deadline comes; true if it was worth the wait.
async fn watch(
    app: &App,
    targets: Option<&Meant>,
    wait: WaitFor,
    deadline: Deadline,
) -> Result<(Summary, bool), ApiError> {
    let view = app.cluster();
    if wait == WaitFor::default() {
        return Ok((look(&view, targets)?, true));
    }
    let good = |view: &ClusterView| look(view, targets).is_ok_and(|summary| wait.is_met(&summary));
    let met = app.wait_until(deadline, good).await;
    let view = app.cluster();
    let summary = look(&view, targets).unwrap_or_else(|_| {
        // An index that never came is as bad as one that nobody serves.
        let mut nothing = Summary::of(std::iter::empty(), &view);
        nothing.counts.color = Color::Red;
        nothing
    });
    Ok((summary, met))
}

fn look(view: &ClusterView, targets: Option<&Meant>) -> Result<Summary, ApiError> {
    let Some((targets, leniency)) = targets else {
        let all = view.catalog.indexes.iter();
        return Ok(Summary::of(all.map(|(name, meta)| (name.as_str(), meta)), view));
    };
    Ok(Summary::of(
        targets.resolve(&view.catalog, *leniency)?.into_iter(),
        view,
    ))
}

impl WaitFor {
    fn take(params: &mut Params) -> Result<Self, ApiError> {
        let active_shards = match params.text("wait_for_active_shards").as_deref() {
            None | Some("0") => None,
            Some("all") => Some(ActiveShards::All),
            Some(text) => Some(ActiveShards::Count(text.parse().map_err(|_| {
                ApiError::illegal("[wait_for_active_shards] expects a number of shards or [all]")
            })?)),
        };
        Ok(Self {
            status: params.value("wait_for_status")?,
            active_shards,
            no_initializing: params.flag("wait_for_no_initializing_shards")?.unwrap_or(false),
        })
    }

    fn is_met(&self, summary: &Summary) -> bool {
        let counts = &summary.counts;
        let active = match self.active_shards {
            None => true,
            Some(ActiveShards::All) => counts.initializing + counts.unassigned == 0,
            Some(ActiveShards::Count(count)) => counts.active >= count,
        };
        let status = self.status.is_none_or(|wanted| counts.color <= wanted);
        active && status && !(self.no_initializing && counts.initializing > 0)
    }
}
