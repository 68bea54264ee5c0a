//! The terms of a segment that an automaton over characters accepts.

use shared::pattern::Automaton;
use shared::wire::clause::{Field, Value};
use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;

use super::error::ExecuteError;
use super::terms;
use crate::schema::ShardSchema;

/// Where the terms of a field are in its dictionary: terms of an exact field begin with their path and their type.
pub(super) struct Room {
    pub(super) field: tantivy::schema::Field,
    prefix: Vec<u8>,
}

impl Room {
    /// The room of a field that holds strings.
    pub(super) fn of(schema: &ShardSchema, place: &Field) -> Result<Self, ExecuteError> {
        let field = terms::field(schema, place)?;
        let prefix = match place {
            Field::Exact(_) => terms::term(schema, place, &Value::Str(String::new()))?
                .serialized_value_bytes()
                .to_vec(),
            Field::Id | Field::Text(_) | Field::Names => Vec::new(),
        };
        Ok(Self { field, prefix })
    }

    /// Visits the accepted terms in their order until the visitor says that it is enough (`false`).
    pub(super) fn visit<A: Automaton>(
        &self,
        index: &InvertedIndexReader,
        automaton: &A,
        mut visit: impl FnMut(&str, &TermInfo) -> tantivy::Result<bool>,
    ) -> tantivy::Result<()> {
        let bytes = Bytes {
            automaton,
            prefix: &self.prefix,
        };
        let mut terms = index.terms().search(bytes);
        if let Some((last, before)) = self.prefix.split_last() {
            // The last byte is the code of the type, which is not the greatest byte.
            let end = [before, &[last.saturating_add(1)]].concat();
            terms = terms.ge(&self.prefix).lt(end);
        }
        let mut terms = terms.into_stream()?;
        while terms.advance() {
            let Ok(text) = std::str::from_utf8(&terms.key()[self.prefix.len()..]) else {
                continue;
            };
            if !visit(text, terms.value())? {
                break;
            }
        }
        Ok(())
    }
}

/// An automaton over characters as one over bytes, after a prefix.
struct Bytes<'a, A> {
    automaton: &'a A,
    prefix: &'a [u8],
}

/// Where a term is.
#[derive(Clone, Copy)]
enum At<S> {
    /// Within the prefix.
    Prefix(usize),
    /// Within the text: after whole characters, with the bits of the next one and how many bytes of it are missing.
    Text { state: S, bits: u32, missing: u8 },
    /// Out.
    Dead,
}

impl<A: Automaton> Bytes<'_, A> {
    fn text(state: A::State) -> At<A::State> {
        At::Text {
            state,
            bits: 0,
            missing: 0,
        }
    }

    fn character(&self, state: A::State, code: u32) -> At<A::State> {
        match char::from_u32(code) {
            Some(c) => Self::text(self.automaton.step(state, c)),
            None => At::Dead,
        }
    }
}

impl<A: Automaton> tantivy_fst::Automaton for Bytes<'_, A> {
    type State = At<A::State>;

    fn start(&self) -> Self::State {
        if self.prefix.is_empty() {
            Self::text(self.automaton.start())
        } else {
            At::Prefix(0)
        }
    }

    fn is_match(&self, state: &Self::State) -> bool {
        match state {
            At::Text {
                state, missing: 0, ..
            } => self.automaton.is_match(*state),
            At::Text { .. } | At::Prefix(_) | At::Dead => false,
        }
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            At::Text { state, .. } => !self.automaton.is_dead(*state),
            At::Prefix(_) => true,
            At::Dead => false,
        }
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match *state {
            At::Dead => At::Dead,
            At::Prefix(at) if self.prefix[at] != byte => At::Dead,
            At::Prefix(at) if at + 1 == self.prefix.len() => Self::text(self.automaton.start()),
            At::Prefix(at) => At::Prefix(at + 1),
            At::Text {
                state,
                bits,
                missing: missing @ 1..,
            } => {
                let (bits, missing) = (bits << 6 | u32::from(byte & 0x3F), missing - 1);
                if missing == 0 {
                    self.character(state, bits)
                } else {
                    At::Text { state, bits, missing }
                }
            }
            At::Text { state, .. } => {
                let (mask, missing) = match byte {
                    0x00..0x80 => return self.character(state, u32::from(byte)),
                    0xC0..0xE0 => (0x1F, 1),
                    0xE0..0xF0 => (0x0F, 2),
                    0xF0..0xF8 => (0x07, 3),
                    _ => return At::Dead,
                };
                At::Text {
                    state,
                    bits: u32::from(byte & mask),
                    missing,
                }
            }
        }
    }
}
