//! What an answer says about itself: whether it comes from all documents, and why not.

use std::collections::BTreeMap;

use hyper::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The longest reason that is kept, in characters.
const REASON_CHARS_MAX: usize = 100;

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Answered from all documents.
    Complete,
    /// Answered from some.
    Partial,
    /// Refused for overload.
    Refused,
    /// Answered with another error.
    Failed,
    /// Given up.
    TimedOut,
    /// No connection, or one that broke.
    Broken,
    /// Never sent, because too many were under way.
    NotSent,
    /// Never sent, because the generator came to it when it would have been given up already.
    TooLate,
}

/// An answer, judged.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdict {
    /// How the request ended.
    pub(super) end: End,
    /// The share of the documents that the answer covers; 1 if it does not say.
    pub(super) coverage: f64,
    /// Why it is not complete.
    pub(super) reason: Option<String>,
}

/// What answers to searches and writes say about themselves. Everything else is skipped without being kept.
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    timed_out: bool,
    #[serde(default, rename = "_shards")]
    shards: Shards,
    coverage: Option<Coverage>,
    #[serde(default)]
    errors: bool,
}

#[derive(Default, Deserialize)]
struct Shards {
    #[serde(default)]
    failed: u64,
}

#[derive(Deserialize)]
struct Coverage {
    documents: Documents,
}

#[derive(Deserialize)]
struct Documents {
    covered: u64,
    total: u64,
}

/// The answer to a bulk of which something failed.
#[derive(Deserialize)]
struct Bulk {
    items: Vec<BTreeMap<String, Item>>,
}

#[derive(Deserialize)]
struct Item {
    status: u16,
    error: Option<Cause>,
}

/// An error in Elasticsearch's shape, or its oldest one, which is a text.
#[derive(Deserialize)]
struct Refusal {
    error: Cause,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cause {
    Typed {
        #[serde(rename = "type")]
        kind: String,
    },
    Text(String),
    Other(IgnoredAny),
}

impl Verdict {
    /// A request that got no answer.
    pub(super) fn without_answer(end: End, reason: String) -> Self {
        Self::new(end, 0.0, Some(reason))
    }

    /// Judges an answer.
    pub(super) fn of(status: StatusCode, body: &[u8]) -> Self {
        let end = match status.as_u16() {
            200..=299 => return Self::of_success(body),
            429 | 503 => End::Refused,
            _ => End::Failed,
        };
        let cause = serde_json::from_slice(body)
            .ok()
            .and_then(|Refusal { error }| error.name());
        Self::new(end, 0.0, Some(worded(status, cause)))
    }

    fn of_success(body: &[u8]) -> Self {
        let answer: Answer = match serde_json::from_slice(body) {
            Ok(answer) => answer,
            Err(_) => {
                return Self::new(
                    End::Failed,
                    0.0,
                    Some("an answer that is no JSON object".to_owned()),
                );
            }
        };
        if answer.errors {
            return Self::of_bulk(body);
        }
        let coverage = answer.coverage.map_or(1.0, |coverage| coverage.documents.share());
        let reason = if answer.timed_out {
            "partial: the service's own timeout"
        } else if answer.shards.failed > 0 {
            "partial: shards failed"
        } else if coverage < 1.0 {
            "partial: not all documents were covered"
        } else {
            return Self::new(End::Complete, 1.0, None);
        };
        Self::new(End::Partial, coverage, Some(reason.to_owned()))
    }

    /// The worst of its items decides: whoever wrote them has to send them again.
    fn of_bulk(body: &[u8]) -> Self {
        let Bulk { items } = serde_json::from_slice(body).unwrap_or(Bulk { items: Vec::new() });
        let failed: Vec<Item> = items
            .into_iter()
            .flat_map(BTreeMap::into_values)
            .filter(|item| item.error.is_some())
            .collect();
        let is_refused = |item: &Item| matches!(item.status, 429 | 503);
        let other = failed.iter().position(|item| !is_refused(item));
        let end = if other.is_some() || failed.is_empty() {
            End::Failed
        } else {
            End::Refused
        };
        let first = failed.into_iter().nth(other.unwrap_or(0));
        let reason = first.map(|item| {
            let status = StatusCode::from_u16(item.status).unwrap_or_default();
            worded(status, item.error.and_then(Cause::name))
        });
        Self::new(
            end,
            0.0,
            Some(format!(
                "in a bulk: {}",
                reason.unwrap_or_else(|| "errors".to_owned())
            )),
        )
    }

    fn new(end: End, coverage: f64, reason: Option<String>) -> Self {
        Self {
            end,
            coverage,
            reason,
        }
    }
}

impl Documents {
    fn share(&self) -> f64 {
        if self.covered >= self.total {
            1.0
        } else {
            self.covered as f64 / self.total as f64
        }
    }
}

impl Cause {
    fn name(self) -> Option<String> {
        match self {
            Self::Typed { kind } => Some(kind),
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }
}

/// A status and what the service calls the error.
fn worded(status: StatusCode, cause: Option<String>) -> String {
    let name = cause.unwrap_or_else(|| status.canonical_reason().unwrap_or_default().to_owned());
    let shown = name
        .chars()
        .filter(|character| !character.is_control())
        .take(REASON_CHARS_MAX);
    format!("{} {}", status.as_u16(), shown.collect::<String>())
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
