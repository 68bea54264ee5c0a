//! What each call is: its name, its parameters, its bodies. A call is described where it is routed, or it cannot be routed; the
//! document at `/_openapi.json` is made of these descriptions, and requests are checked by them.

mod calls;
mod document;
pub(super) mod shapes;

pub(super) use calls::{Calls, Verb};

use crate::offered::{Offered, SchemaOf, flag, texts};

/// Parameters that every call has, and that the envelope reads.
pub(super) const COMMON: &[Offered] = &[
    flag("error_trace", "Accepted; there are no traces to show."),
    texts(
        "filter_path",
        "Which parts of the answer to show; `-` before a path excludes it.",
    ),
    flag("human", "Accepted; it changes nothing here."),
    flag("pretty", "Whether the answer is indented."),
];

/// One call as the document tells it, whatever its paths and methods.
#[derive(Debug)]
pub(super) struct Operation {
    /// What generated clients call it.
    id: &'static str,
    /// Which calls it belongs with.
    tag: &'static str,
    summary: &'static str,
    /// The parameters of its URL, by family.
    parameters: &'static [&'static [Offered]],
    body: Content,
    /// Whether there must be a body.
    body_required: bool,
    answer: Content,
    /// With which statuses it answers so.
    statuses: &'static [u16],
    /// With which errors it answers, besides those that every call has.
    errors: &'static [u16],
}

/// What a body holds.
#[derive(Clone, Copy, Debug)]
enum Content {
    Nothing,
    Json(SchemaOf),
    /// JSON objects, each on its line.
    Lines(SchemaOf),
    Text,
    /// A table, as lines or as objects.
    Table,
}

impl Operation {
    /// A call without parameters and bodies.
    pub(super) const fn new(tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            tag,
            summary,
            parameters: &[],
            body: Content::Nothing,
            body_required: false,
            answer: Content::Nothing,
            statuses: &[200],
            errors: &[],
        }
    }

    /// With parameters of the URL: its own, and those of its families.
    pub(super) const fn parameters(mut self, parameters: &'static [&'static [Offered]]) -> Self {
        self.parameters = parameters;
        self
    }

    /// With a body that may be missing.
    pub(super) const fn body(mut self, schema: SchemaOf) -> Self {
        self.body = Content::Json(schema);
        self
    }

    /// With a body that must be there.
    pub(super) const fn needs(mut self, schema: SchemaOf) -> Self {
        self.body = Content::Json(schema);
        self.body_required = true;
        self
    }

    /// With a body of lines.
    pub(super) const fn needs_lines(mut self, schema: SchemaOf) -> Self {
        self.body = Content::Lines(schema);
        self.body_required = true;
        self
    }

    /// Answers with JSON.
    pub(super) const fn answers(mut self, schema: SchemaOf) -> Self {
        self.answer = Content::Json(schema);
        self
    }

    /// Answers with text.
    pub(super) const fn answers_text(mut self) -> Self {
        self.answer = Content::Text;
        self
    }

    /// Answers with a table.
    pub(super) const fn answers_table(mut self) -> Self {
        self.answer = Content::Table;
        self
    }

    /// Answers so with these statuses, instead of 200.
    pub(super) const fn statuses(mut self, statuses: &'static [u16]) -> Self {
        self.statuses = statuses;
        self
    }

    /// Answers with these errors too.
    pub(super) const fn errors(mut self, errors: &'static [u16]) -> Self {
        self.errors = errors;
        self
    }

    /// A parameter of its URL; the common ones are not among them.
    pub(super) fn parameter(&self, name: &str) -> Option<&'static Offered> {
        self.all().find(|offered| offered.name == name)
    }

    /// The parameters of its URL.
    fn all(&self) -> impl Iterator<Item = &'static Offered> {
        self.parameters.iter().copied().flatten()
    }
}
