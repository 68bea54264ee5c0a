//! One field of one document: found, cut, chosen, written.

use shared::analysis::{Analyzer, Token};
use shared::limits;
use shared::mapping::FieldKind;

use super::Budget;
use super::boundaries::{self, Cutter, forward};
use super::mark;
use super::matchers::{Mark, Matchers};
use super::passages::{self, Marked};
use super::wanted::Wanted;
use crate::dsl::highlight::HighlightOptions;
use crate::error::{ApiError, brief};

/// A field to highlight.
pub(super) struct Highlighted<'a> {
    pub(super) name: String,
    pub(super) options: &'a HighlightOptions,
    pub(super) sources: Vec<Analyzed<'a>>,
}

/// A way to cut a text into words, and what is looked for among them.
pub(super) struct Analyzed<'a> {
    kind: &'a FieldKind,
    matchers: Matchers,
}

impl<'a> Analyzed<'a> {
    pub(super) fn new<'w>(kind: &'a FieldKind, wanted: impl IntoIterator<Item = &'w Wanted>) -> Self {
        Self {
            kind,
            matchers: Matchers::new(wanted),
        }
    }

    fn tokens(&self, text: &str) -> Vec<Token> {
        match self.kind {
            FieldKind::Text { analyzer, .. } => analyzer.tokens(text),
            // One token, which is the whole value.
            kind => {
                let mut tokens = Analyzer::keyword().tokens(text);
                for token in &mut tokens {
                    token.text = kind.normalized(text);
                }
                tokens
            }
        }
    }
}

impl Highlighted<'_> {
    /// The fragments of a field's values.
    pub(super) fn fragments(
        &self,
        id: &str,
        texts: &[&str],
        budget: &mut Budget,
    ) -> Result<Vec<String>, ApiError> {
        let options = self.options;
        if self.sources.iter().all(|source| source.matchers.is_empty()) {
            return self.without_match(texts, budget);
        }
        self.check_length(id, texts)?;
        let mut left = options.analyzed_max.unwrap_or(usize::MAX);
        let mut marked = Vec::with_capacity(texts.len());
        for text in texts {
            let looked = forward(text, 0, left);
            marked.push(Marked {
                text,
                marks: self.marks(&text[..looked], budget)?,
            });
            left = left.saturating_sub(text[..looked].chars().count());
        }
        if marked.iter().all(|marked| marked.marks.is_empty()) {
            return self.without_match(texts, budget);
        }
        if options.fragments == 0 {
            let with_marks = marked.iter().filter(|marked| !marked.marks.is_empty());
            return with_marks
                .map(|marked| {
                    let shown = mark::passage(marked.text, 0..marked.text.len(), &marked.marks, options);
                    budget.show(shown.len()).map(|()| shown)
                })
                .collect();
        }
        let cutter = |text| Cutter::new(text, options.fragment_size, &options.boundaries);
        let best = passages::best(&marked, cutter, options.fragments, options.by_score);
        best.into_iter()
            .map(|passage| {
                let marked = &marked[passage.text];
                let marks = &marked.marks[passage.marks];
                let shown = mark::passage(marked.text, passage.bytes, marks, options);
                budget.show(shown.len()).map(|()| shown)
            })
            .collect()
    }

    /// What is marked in a text, in its order.
    fn marks(&self, text: &str, budget: &mut Budget) -> Result<Vec<Mark>, ApiError> {
        let (mut all, mut numbers) = (Vec::new(), 0);
        for source in self.sources.iter().filter(|source| !source.matchers.is_empty()) {
            budget.look(text.len().saturating_mul(source.matchers.passes()))?;
            let marks = source.matchers.marks(&source.tokens(text));
            all.extend(marks.into_iter().map(|mark| Mark {
                wanted: mark.wanted + numbers,
                ..mark
            }));
            numbers += source.matchers.count();
        }
        let within = |at: usize| text.is_char_boundary(at);
        all.retain(|mark| mark.start < mark.end && within(mark.start) && within(mark.end));
        all.sort_unstable();
        Ok(all)
    }

    /// Fields that are too long are an error, unless the client says how much of them is enough.
    fn check_length(&self, id: &str, texts: &[&str]) -> Result<(), ApiError> {
        const MAX: usize = limits::HIGHLIGHT_ANALYZED_CHARS_MAX;
        let bytes: usize = texts.iter().map(|text| text.len()).sum();
        if self.options.analyzed_max.is_some_and(|max| max <= MAX) || bytes <= MAX {
            return Ok(());
        }
        let chars: usize = texts.iter().map(|text| text.chars().count()).sum();
        if chars <= MAX {
            return Ok(());
        }
        Err(ApiError::illegal(format!(
            "The length [{chars}] of field [{}] in doc[{}] exceeds the [index.highlight.max_analyzed_offset] limit [{MAX}]. \
             To avoid this error, set the query parameter [max_analyzed_offset] to a value less than that, and long values \
             will be truncated.",
            brief(&self.name),
            brief(id)
        )))
    }

    /// The beginning of the first value, if it is wanted where nothing matches.
    fn without_match(&self, texts: &[&str], budget: &mut Budget) -> Result<Vec<String>, ApiError> {
        let size = self.options.no_match_size;
        let Some(text) = texts.iter().find(|text| size > 0 && !text.trim().is_empty()) else {
            return Ok(Vec::new());
        };
        let beginning = boundaries::beginning(text, size);
        let shown = mark::passage(beginning, 0..beginning.len(), &[], self.options);
        budget.show(shown.len())?;
        Ok(vec![shown])
    }
}
