//! Scrolls: `_search?scroll=1m`, then page by page `_search/scroll`. A scroll is a point in time, a search, and what the last
//! page ended with; its id says all of it, so that any root gives the next page, and the same page again if it is asked again.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::clock;
use shared::deadline::Deadline;
use shared::limits;
use shared::wire::sort::SortKey;

use super::context_id::{self, Kind};
use super::pit::is_sound;
use crate::api::body::on_cpu;
use crate::api::state::Api;
use crate::app::{Opening, Pit, PitUse};
use crate::dsl::{MissingSpec, SearchCommand, SortSpec};
use crate::error::{ApiError, brief};
use crate::resolve;
use crate::search::{SearchResult, Total};

const ZSTD_LEVEL: i32 = 3;

/// What a scroll's id says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Scroll {
    /// What is searched.
    pub(super) pit: Pit,
    /// The search's body, as the client sent it, compressed.
    body: Vec<u8>,
    /// The parameters of its URL.
    parameters: Vec<(String, String)>,
    /// What `now` means in it.
    now_ms: i64,
    /// How many documents match.
    total: u64,
    /// Whether that is exact.
    exact: bool,
    /// The best score of all pages.
    max_score: Option<f32>,
    /// What the last page ended with, as JSON; empty if there were no hits at all.
    after: String,
}

/// A page, and the id that leads to the next one.
pub(super) struct Page {
    pub(super) id: String,
    pub(super) result: SearchResult,
    pub(super) names: Vec<Arc<str>>,
    pub(super) command: SearchCommand,
}

/// A search that is to be scrolled through.
pub(super) struct First {
    pub(super) command: SearchCommand,
    pub(super) body: Vec<u8>,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) keep: Duration,
}

/// Opens a scroll, and gives its first page.
pub(super) async fn open(
    api: &Api,
    names: &[Arc<str>],
    first: First,
    deadline: Deadline,
) -> Result<Page, ApiError> {
    check(&first.command, &first.parameters)?;
    let First {
        command,
        body,
        parameters,
        keep,
    } = first;
    let body = on_cpu(body.len(), move || zstd::bulk::compress(&body, ZSTD_LEVEL))
        .await
        .map_err(|error| {
            tracing::error!(%error, "the body of a scroll cannot be compressed");
            ApiError::Internal
        })?;
    let mut scroll = Scroll {
        pit: Pit {
            id: uuid::Uuid::nil(),
            indexes: Vec::new(),
        },
        body,
        parameters,
        now_ms: clock::now_ms(),
        total: 0,
        exact: true,
        max_score: None,
        after: String::new(),
    };
    // Before anything is written for it.
    scroll.id()?;
    let opening = Opening { keep, scroll: true };
    scroll.pit = api.app.open_pit(names, opening, deadline).await?;
    let command = SearchCommand {
        count_max: u64::MAX,
        ..command
    };
    let pit = scroll.pit.clone();
    let page = scroll.page(api, command, None, deadline).await;
    if page.is_err() {
        api.app.close_pit(&pit, deadline).await;
    }
    page
}

/// The next page, and how long to keep the scroll from now on, if the client says.
pub(super) async fn next(
    api: &Api,
    id: &str,
    keep: Option<Duration>,
    arrived: tokio::time::Instant,
) -> Result<Page, ApiError> {
    let scroll = read(id)?;
    let (packed, parameters) = (scroll.body.clone(), scroll.parameters.clone());
    let invalid = || unreadable(id);
    let bytes = unpacked_bytes(&packed).ok_or_else(invalid)?;
    let command = on_cpu(bytes, move || {
        let body = zstd::bulk::decompress(&packed, bytes).ok()?;
        Some(SearchCommand::parse(&body, &parameters))
    })
    .await
    .ok_or_else(invalid)??;
    let after: Vec<Value> = match scroll.after.as_str() {
        "" => Vec::new(),
        json => serde_json::from_str(json).map_err(|_| invalid())?,
    };
    let timeout = command.timeout.unwrap_or_else(|| api.search_timeout());
    let command = SearchCommand {
        // The first page had no hits: there is nothing after it.
        size: if after.is_empty() { 0 } else { command.size },
        search_after: after,
        count_max: 0,
        aggregations: Vec::new(),
        suggest: Vec::new(),
        ..command
    };
    scroll
        .page(api, command, keep, Deadline::after(arrived, timeout))
        .await
}

/// How large a body is that was compressed; `None` if none can be as large.
fn unpacked_bytes(packed: &[u8]) -> Option<usize> {
    let bytes = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
    let bytes = usize::try_from(bytes).ok()?;
    (bytes <= limits::SEARCH_BODY_BYTES_MAX).then_some(bytes)
}

/// Reads an id.
pub(super) fn read(id: &str) -> Result<Scroll, ApiError> {
    let scroll: Option<Scroll> = context_id::decode(Kind::Scroll, id);
    scroll
        .filter(|scroll| is_sound(&scroll.pit))
        .ok_or_else(|| unreadable(id))
}

fn unreadable(id: &str) -> ApiError {
    ApiError::illegal(format!("Cannot parse scroll id [{}]", brief(id)))
}

/// What cannot be scrolled through, in Elasticsearch's words.
fn check(command: &SearchCommand, parameters: &[(String, String)]) -> Result<(), ApiError> {
    let refused = |reason: &str| Err(ApiError::Validation(reason.to_owned()));
    if command.count_max == 0 {
        return refused("disabling [track_total_hits] is not allowed in a scroll context");
    }
    if command.from > 0 {
        return refused("using [from] is not allowed in a scroll context");
    }
    if command.size == 0 {
        return refused("[size] cannot be [0] in a scroll context");
    }
    if !command.search_after.is_empty() {
        return refused("`search_after` cannot be used in a scroll context.");
    }
    if command.collapse.is_some() {
        return refused("cannot use `collapse` in a scroll context");
    }
    if command.pit.is_some() {
        return refused("using [point in time] is not allowed in a scroll context");
    }
    if command.collapse.is_some() {
        return refused("cannot use `collapse` in a scroll context");
    }
    if parameters.iter().any(|(key, _)| key == "request_cache") {
        return refused("[request_cache] cannot be used in a scroll context");
    }
    Ok(())
}

impl Scroll {
    /// Its id.
    fn id(&self) -> Result<String, ApiError> {
        context_id::encode(Kind::Scroll, self).ok_or_else(|| {
            ApiError::illegal(format!(
                "the search is too large to be scrolled through: its id would have more than [{}] bytes; use a point in \
                 time and [search_after]",
                limits::CONTEXT_ID_BYTES_MAX
            ))
        })
    }

    /// Searches for a page, and remembers what it ended with.
    async fn page(
        mut self,
        api: &Api,
        command: SearchCommand,
        keep: Option<Duration>,
        deadline: Deadline,
    ) -> Result<Page, ApiError> {
        let first = self.after.is_empty();
        let shown = command.sort.len();
        let command = SearchCommand {
            sort: order(command.sort),
            ..command
        };
        let how = PitUse {
            keep,
            now_ms: Some(self.now_ms),
        };
        let mut result = api.app.search_pit(&self.pit, how, &command, deadline).await?;
        if let Some(total) = result.total.filter(|_| first) {
            self.total = total.value;
            self.exact = total.exact;
        }
        if first {
            self.max_score = result.max_score;
        }
        if let Some(last) = result.hits.last() {
            let values = result.order.iter().zip(&last.sort);
            let values: Vec<Value> = values
                .map(|(key, value): (&SortKey, _)| resolve::sort::shown(key, value))
                .collect();
            self.after = Value::Array(values).to_string();
        }
        // What makes the order total is not the client's.
        result.order.truncate(shown);
        result.max_score = self.max_score;
        result.total = Some(Total {
            value: self.total,
            exact: self.exact,
        });
        Ok(Page {
            id: self.id()?,
            result,
            names: self.pit.indexes.iter().map(|index| index.name.clone()).collect(),
            command,
        })
    }
}

/// The order of a scroll: by score, if the client wants no other.
fn order(sort: Vec<SortSpec>) -> Vec<SortSpec> {
    if !sort.is_empty() {
        return sort;
    }
    vec![SortSpec {
        field: "_score".to_owned(),
        descending: true,
        mode: None,
        missing: MissingSpec::Last,
        unmapped: false,
    }]
}
