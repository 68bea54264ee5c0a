//! Char filters: what changes a text before it is cut, and where its parts stood.

mod html;
mod mappings;
mod offsets;
#[cfg(test)]
mod tests;

pub(super) use html::Html;
pub(super) use mappings::Mappings;
pub(super) use offsets::{Changed, Offsets};

use super::pattern::{Pattern, Replacement};

/// What changes a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CharFilter {
    /// Takes the marks of HTML away.
    Html(Html),
    /// Puts other text in the place of some.
    Mapping(Mappings),
    /// Puts other text in the place of what a pattern matches.
    Replace(Pattern, Replacement),
}

impl CharFilter {
    fn apply(&self, text: &str) -> (String, Offsets) {
        let mut changed = Changed::new(text);
        match self {
            Self::Html(html) => html.apply(&mut changed),
            Self::Mapping(mappings) => mappings.apply(&mut changed),
            Self::Replace(pattern, replacement) => {
                for (start, end, with) in pattern.replaced(text, replacement) {
                    changed.replace(start, end, &with);
                }
            }
        }
        changed.finish()
    }
}

/// Changes a text by one after the other.
pub(super) fn apply(filters: &[CharFilter], text: &str) -> (String, Vec<Offsets>) {
    apply_all(filters.iter(), text)
}

/// As [`apply`], by those alone that go character by character.
pub(super) fn apply_letterwise(filters: &[CharFilter], text: &str) -> (String, Vec<Offsets>) {
    let letterwise = |filter: &&CharFilter| matches!(filter, CharFilter::Mapping(_));
    apply_all(filters.iter().filter(letterwise), text)
}

fn apply_all<'a>(filters: impl Iterator<Item = &'a CharFilter>, text: &str) -> (String, Vec<Offsets>) {
    let mut text = text.to_owned();
    let mut all = Vec::new();
    for filter in filters {
        let (changed, offsets) = filter.apply(&text);
        text = changed;
        all.push(offsets);
    }
    (text, all)
}
