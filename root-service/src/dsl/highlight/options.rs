//! Options of `highlight` as they are written: of all fields, or of one.

use std::sync::Arc;

use serde_json::Value;
use shared::limits;
use shared::query::Query;

use super::super::read::At;
use super::{Boundaries, HighlightOptions, PART};
use crate::error::{ApiError, brief};

/// Options that Elasticsearch has besides.
const NOT_OFFERED: [&str; 5] = [
    "force_source",
    "fragment_offset",
    "highlight_filter",
    "options",
    "phrase_limit",
];

/// Options as they are given, all or for one field.
#[derive(Clone, Default)]
pub(super) struct Given {
    pub(super) pre_tags: Option<Vec<String>>,
    pub(super) post_tags: Option<Vec<String>>,
    fragment_size: Option<usize>,
    fragments: Option<usize>,
    no_match_size: Option<usize>,
    by_score: Option<bool>,
    require_field_match: Option<bool>,
    query: Option<Arc<Query>>,
    pub(super) html: Option<bool>,
    highlighter: Option<Highlighter>,
    scanner: Option<Scanner>,
    boundary_chars: Option<String>,
    scan_max: Option<usize>,
    pub(super) matched_fields: Option<Vec<String>>,
    analyzed_max: Option<usize>,
}

/// Elasticsearch's highlighters. There is one here, which serves all; they differ in their defaults.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Highlighter {
    Unified,
    Plain,
    FastVector,
}

#[derive(Clone, Copy)]
enum Scanner {
    Sentence,
    Word,
    Chars,
}

impl Given {
    /// Reads an option that all fields or one can have.
    pub(super) fn option(&mut self, at: At<'_>, value: &Value) -> Result<(), ApiError> {
        match at.key {
            "pre_tags" => self.pre_tags = Some(tags(at, value)?),
            "post_tags" => self.post_tags = Some(tags(at, value)?),
            "fragment_size" => {
                self.fragment_size = Some(count(at, value, limits::HIGHLIGHT_FRAGMENT_CHARS_MAX)?);
            }
            "number_of_fragments" => {
                self.fragments = Some(count(at, value, limits::HIGHLIGHT_FRAGMENTS_MAX)?);
            }
            "no_match_size" => {
                self.no_match_size = Some(count(at, value, limits::HIGHLIGHT_FRAGMENT_CHARS_MAX)?);
            }
            "order" => self.by_score = Some(choice(at, value, &[("none", false), ("score", true)])?),
            "require_field_match" => self.require_field_match = Some(at.truth(value)?),
            "highlight_query" => self.query = Some(Arc::new(crate::dsl::parse_query(value)?)),
            "type" => {
                let types = [
                    ("unified", Highlighter::Unified),
                    ("plain", Highlighter::Plain),
                    ("fvh", Highlighter::FastVector),
                ];
                self.highlighter = Some(choice(at, value, &types)?);
            }
            // Both cut at words here, and neither cuts what is marked.
            "fragmenter" => choice(at, value, &[("simple", ()), ("span", ())])?,
            "boundary_scanner" => {
                let scanners = [
                    ("sentence", Scanner::Sentence),
                    ("word", Scanner::Word),
                    ("chars", Scanner::Chars),
                ];
                self.scanner = Some(choice(at, value, &scanners)?);
            }
            "boundary_chars" => {
                let chars = at.text(value)?;
                limited(at, chars.len(), limits::HIGHLIGHT_TAG_BYTES_MAX)?;
                self.boundary_chars = Some(chars);
            }
            "boundary_max_scan" => {
                self.scan_max = Some(count(at, value, limits::HIGHLIGHT_FRAGMENT_CHARS_MAX)?);
            }
            // Unicode's rules, which are those of English too.
            "boundary_scanner_locale" => {
                let locales = ["en", "en-US", "en-GB", "und", "root"].map(|name| (name, ()));
                choice(at, value, &locales)?;
            }
            "max_analyzed_offset" => self.analyzed_max = analyzed_max(at, value)?,
            other => return Err(unknown(other)),
        }
        Ok(())
    }

    /// What one level alone must have together.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        if self.pre_tags.is_some() && self.post_tags.is_none() {
            return Err(ApiError::parsing(
                "[highlight] pre_tags are set but post_tags are not set",
            ));
        }
        Ok(())
    }

    /// What is given here, else there.
    pub(super) fn or(self, general: &Self) -> Self {
        // Tags come in pairs.
        let own_tags = self.pre_tags.is_some();
        Self {
            pre_tags: self.pre_tags.or_else(|| general.pre_tags.clone()),
            post_tags: if own_tags || self.post_tags.is_some() {
                self.post_tags
            } else {
                general.post_tags.clone()
            },
            fragment_size: self.fragment_size.or(general.fragment_size),
            fragments: self.fragments.or(general.fragments),
            no_match_size: self.no_match_size.or(general.no_match_size),
            by_score: self.by_score.or(general.by_score),
            require_field_match: self.require_field_match.or(general.require_field_match),
            query: self.query.or_else(|| general.query.clone()),
            html: general.html,
            highlighter: self.highlighter.or(general.highlighter),
            scanner: self.scanner.or(general.scanner),
            boundary_chars: self.boundary_chars.or_else(|| general.boundary_chars.clone()),
            scan_max: self.scan_max.or(general.scan_max),
            matched_fields: self.matched_fields,
            analyzed_max: self.analyzed_max.or(general.analyzed_max),
        }
    }

    pub(super) fn options(self) -> HighlightOptions {
        let highlighter = self.highlighter.unwrap_or(Highlighter::Unified);
        let scanner = self.scanner.unwrap_or(match highlighter {
            Highlighter::Unified => Scanner::Sentence,
            Highlighter::Plain => Scanner::Word,
            Highlighter::FastVector => Scanner::Chars,
        });
        HighlightOptions {
            pre_tags: self.pre_tags.unwrap_or_else(|| vec!["<em>".to_owned()]),
            post_tags: self.post_tags.unwrap_or_else(|| vec!["</em>".to_owned()]),
            tag_per_word: highlighter == Highlighter::FastVector,
            fragment_size: self.fragment_size.unwrap_or(100),
            fragments: self.fragments.unwrap_or(5),
            no_match_size: self.no_match_size.unwrap_or(0),
            by_score: self.by_score.unwrap_or(false),
            require_field_match: self.require_field_match.unwrap_or(true),
            query: self.query,
            html: self.html.unwrap_or(false),
            boundaries: match scanner {
                Scanner::Sentence => Boundaries::Sentence,
                Scanner::Word => Boundaries::Word,
                Scanner::Chars => Boundaries::Chars {
                    chars: self.boundary_chars.unwrap_or_else(|| ".,!? \t\n".to_owned()),
                    scan_max: self.scan_max.unwrap_or(20),
                },
            },
            matched_fields: self.matched_fields.unwrap_or_default(),
            analyzed_max: self.analyzed_max,
        }
    }
}

fn unknown(key: &str) -> ApiError {
    if NOT_OFFERED.contains(&key) {
        return ApiError::illegal(format!("[{PART}] [{key}] is not offered"));
    }
    ApiError::parsing(format!("[{PART}] does not support [{}]", brief(key)))
}

/// One of some words.
pub(super) fn choice<T: Copy>(at: At<'_>, value: &Value, choices: &[(&str, T)]) -> Result<T, ApiError> {
    let found = choices.iter().find(|(name, _)| value == name);
    found.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<String> = choices.iter().map(|(name, _)| format!("[{name}]")).collect();
        at.expected(&names.join(", "), value)
    })
}

fn tags(at: At<'_>, value: &Value) -> Result<Vec<String>, ApiError> {
    let tags = texts(at, value)?;
    if tags.is_empty() {
        return Err(at.expected("a list of at least one string", value));
    }
    limited(at, tags.len(), limits::HIGHLIGHT_FIELDS_MAX)?;
    for tag in &tags {
        limited(at, tag.len(), limits::HIGHLIGHT_TAG_BYTES_MAX)?;
    }
    Ok(tags)
}

/// A string, or a list of them.
pub(super) fn texts(at: At<'_>, value: &Value) -> Result<Vec<String>, ApiError> {
    match value {
        Value::Array(values) => values.iter().map(|value| at.text(value)).collect(),
        value => at.text(value).map(|text| vec![text]),
    }
}

pub(super) fn limited(at: At<'_>, number: usize, max: usize) -> Result<(), ApiError> {
    if number > max {
        return Err(ApiError::illegal(format!(
            "[{PART}] [{}] has a length of [{number}], the limit is [{max}]",
            at.key
        )));
    }
    Ok(())
}

/// A number that is not negative, up to a limit.
fn count(at: At<'_>, value: &Value, max: usize) -> Result<usize, ApiError> {
    let number = at.whole(value)?;
    let count = usize::try_from(number).map_err(|_| at.expected("a number that is not negative", value))?;
    if count > max {
        return Err(ApiError::illegal(format!(
            "[{PART}] [{}] must be at most [{max}] but was [{number}]",
            at.key
        )));
    }
    Ok(count)
}

/// How far a field is looked at; -1 means the usual.
fn analyzed_max(at: At<'_>, value: &Value) -> Result<Option<usize>, ApiError> {
    match at.whole(value)? {
        -1 => Ok(None),
        number => match usize::try_from(number) {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(at.expected("a positive number, or -1", value)),
        },
    }
}
