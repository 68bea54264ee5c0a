//! The lines of a bulk, whatever chunks they arrive in. Each document is copied once, out of its chunk.

use std::sync::Arc;

use shared::limits;

use super::action::{Action, Verb};
use crate::api::document::{check_compare, condition, read_update};
use crate::error::ApiError;
use crate::write::{WriteAction, WriteItem};

/// What the path and the parameters say for lines that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Defaults {
    /// The index of the path.
    pub(super) index: Option<String>,
    /// The parameter `routing`.
    pub(super) routing: Option<String>,
}

/// One item of the bulk, as far as the answer needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// What was asked for.
    pub(super) verb: Verb,
    /// In which index.
    pub(super) index: Arc<str>,
    /// For which id; `None` makes one.
    pub(super) id: Option<String>,
    /// Why it is not written, if it is not.
    pub(super) refusal: Option<ApiError>,
}

/// A whole bulk, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bulk {
    /// Every item, in order.
    pub(super) items: Vec<Item>,
    /// What is to be written: those items that have no refusal, in order.
    pub(super) writes: Vec<WriteItem>,
}

/// Reads a bulk chunk by chunk.
#[derive(Debug)]
pub(super) struct BulkReader {
    defaults: Defaults,
    bulk: Bulk,
    /// The action whose document comes next.
    pending: Option<Action>,
    /// The beginning of a line whose end has not arrived.
    partial: Vec<u8>,
    /// Lines that have ended.
    lines: usize,
    last_index: Option<Arc<str>>,
}

impl BulkReader {
    /// A reader before the first byte.
    pub(super) fn new(defaults: Defaults) -> Self {
        Self {
            defaults,
            bulk: Bulk::default(),
            pending: None,
            partial: Vec::new(),
            lines: 0,
            last_index: None,
        }
    }

    /// Items that were read so far.
    pub(super) fn items(&self) -> usize {
        self.bulk.items.len()
    }

    /// Reads the lines that end in this chunk. An error is one of the whole request.
    pub(super) fn feed(&mut self, mut chunk: &[u8]) -> Result<(), ApiError> {
        while let Some(end) = chunk.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = chunk.split_at(end);
            chunk = &rest[1..];
            if self.partial.is_empty() {
                self.line(line)?;
            } else {
                let mut whole = std::mem::take(&mut self.partial);
                whole.extend_from_slice(line);
                self.line(&whole)?;
            }
        }
        self.partial.extend_from_slice(chunk);
        Ok(())
    }

    /// The bulk after its last byte.
    pub(super) fn finish(self) -> Result<Bulk, ApiError> {
        if !self.partial.is_empty() {
            return Err(ApiError::illegal(
                "The bulk request must be terminated by a newline [\\n]",
            ));
        }
        if let Some(action) = self.pending {
            return Err(ApiError::illegal(format!(
                "Malformed action/metadata line [{}], the action [{}] has no document on the line after it",
                self.lines,
                action.verb.name()
            )));
        }
        if self.lines == 0 {
            return Err(ApiError::parsing("request body is required"));
        }
        if self.bulk.items.is_empty() {
            return Err(ApiError::Validation("no requests added".to_owned()));
        }
        Ok(self.bulk)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), ApiError> {
        self.lines += 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(action) = self.pending.take() {
            return self.add(action, Some(line));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        let action = Action::parse(line, self.lines)?;
        if action.verb.has_source() {
            self.pending = Some(action);
            return Ok(());
        }
        self.add(action, None)
    }

    fn add(&mut self, mut action: Action, source: Option<&[u8]>) -> Result<(), ApiError> {
        if self.bulk.items.len() == limits::BULK_OPERATIONS_MAX {
            return Err(ApiError::illegal(format!(
                "the bulk has more than the limit of [{}] operations; send it in smaller parts",
                limits::BULK_OPERATIONS_MAX
            )));
        }
        let index = action.index.take().or_else(|| self.defaults.index.clone());
        let index = index.ok_or_else(|| ApiError::Validation("index is missing".to_owned()))?;
        let mut item = Item {
            verb: action.verb,
            index: self.shared(&index),
            id: action.id.clone(),
            refusal: action.refusal.take(),
        };
        if item.refusal.is_none() {
            match write_action(&action, source) {
                Ok((write, if_seq_no)) => self.bulk.writes.push(WriteItem {
                    index,
                    id: action.id,
                    routing: action.routing.or_else(|| self.defaults.routing.clone()),
                    if_seq_no,
                    action: write,
                }),
                Err(error) => item.refusal = Some(error),
            }
        }
        self.bulk.items.push(item);
        Ok(())
    }

    /// The index's name for the answer; items in a row mostly share it.
    fn shared(&mut self, index: &str) -> Arc<str> {
        if let Some(last) = &self.last_index
            && **last == *index
        {
            return Arc::clone(last);
        }
        let shared: Arc<str> = index.into();
        self.last_index = Some(Arc::clone(&shared));
        shared
    }
}

/// What to do, and on which condition; only what can be seen without parsing the document is checked here. The lines of
/// updates are parsed: what is to be merged is inside.
fn write_action(action: &Action, source: Option<&[u8]>) -> Result<(WriteAction, Option<u64>), ApiError> {
    let if_seq_no = condition(action.condition.0, action.condition.1)?;
    if action.id.is_none() && (if_seq_no.is_some() || matches!(action.verb, Verb::Update | Verb::Delete)) {
        return Err(ApiError::Validation("id is missing".to_owned()));
    }
    let Some(source) = source else {
        return Ok((WriteAction::Delete, if_seq_no));
    };
    let source = source_text(source)?;
    let write = match action.verb {
        Verb::Create => WriteAction::Create { source },
        Verb::Update => {
            let (update, show) = read_update(&source, action.retries)?;
            if show.is_some_and(|shown| shown.is_shown()) {
                return Err(ApiError::illegal(
                    "[_source] of an update in a bulk is offered only as [false]",
                ));
            }
            check_compare(if_seq_no, update.retries)?;
            WriteAction::Update(Box::new(update))
        }
        Verb::Index | Verb::Delete => WriteAction::Index { source },
    };
    Ok((write, if_seq_no))
}

/// A document's bytes as text.
pub(in crate::api) fn source_text(source: &[u8]) -> Result<String, ApiError> {
    match std::str::from_utf8(source) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(ApiError::Document(format!(
            "failed to parse: the document is not valid UTF-8 at its byte [{}]",
            error.valid_up_to()
        ))),
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
