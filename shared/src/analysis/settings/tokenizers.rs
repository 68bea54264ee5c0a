//! Definitions of tokenizers.

use super::super::error::AnalysisError;
use super::super::pattern::Pattern;
use super::super::table::Differences;
use super::super::tokenizers::{CharClass, Classes, Cutter, Grams, Paths, Tokenizer};
use super::options::Options;
use crate::limits;

/// The types that are offered.
const OFFERED: [&str; 10] = [
    "standard",
    "whitespace",
    "keyword",
    "letter",
    "lowercase",
    "pattern",
    "path_hierarchy",
    "ngram",
    "edge_ngram",
    "char_group",
];

pub(super) fn read(mut options: Options<'_>, differences: Differences) -> Result<Tokenizer, AnalysisError> {
    let kind = options.required_kind()?;
    let tokenizer = match kind.as_str() {
        "standard" => Tokenizer::Standard {
            chars_max: chars_max(&mut options)?,
        },
        "whitespace" => Tokenizer::Between {
            separators: Classes(vec![CharClass::Whitespace]),
            chars_max: chars_max(&mut options)?,
        },
        // The size of its buffer changes nothing.
        "keyword" => options
            .get("buffer_size")
            .map_or(Tokenizer::Keyword, |_| Tokenizer::Keyword),
        "letter" => Tokenizer::Letters { lowercase: false },
        "lowercase" => Tokenizer::Letters { lowercase: true },
        "pattern" => pattern(&mut options)?,
        "path_hierarchy" => paths(&mut options)?,
        "ngram" | "nGram" => grams(&mut options, false, differences)?,
        "edge_ngram" | "edgeNGram" => grams(&mut options, true, differences)?,
        "char_group" => char_group(&mut options)?,
        other => return Err(options.unknown_type(other, OFFERED.into_iter())),
    };
    options.finish()?;
    Ok(tokenizer)
}

fn chars_max(options: &mut Options<'_>) -> Result<usize, AnalysisError> {
    options.whole(
        "max_token_length",
        limits::TOKEN_BYTES_MAX,
        1,
        limits::TOKEN_BYTES_MAX,
    )
}

/// What stands between the matches of a pattern, or is matched by a group of it.
pub(super) fn pattern(options: &mut Options<'_>) -> Result<Tokenizer, AnalysisError> {
    let text = options.text("pattern")?.unwrap_or("\\W+");
    let flags = options.text("flags")?.unwrap_or("");
    let pattern = Pattern::new(text, flags).map_err(|reason| options.wrong("pattern", &reason))?;
    let group = match options.get("group") {
        None => None,
        Some(value) if value.as_i64() == Some(-1) || value.as_str() == Some("-1") => None,
        Some(_) => Some(options.whole("group", 0, 0, pattern.groups_count())?),
    };
    Ok(Tokenizer::Pattern(Cutter { pattern, group }))
}

fn paths(options: &mut Options<'_>) -> Result<Tokenizer, AnalysisError> {
    options.get("buffer_size");
    let delimiter = options.character("delimiter", '/')?;
    Ok(Tokenizer::Path(Paths {
        delimiter,
        replacement: options.character("replacement", delimiter)?,
        skip: options.whole("skip", 0, 0, 1_000)?,
        reverse: options.truth("reverse", false)?,
    }))
}

fn grams(
    options: &mut Options<'_>,
    edge: bool,
    differences: Differences,
) -> Result<Tokenizer, AnalysisError> {
    let (min, max) = gram_sizes(options, edge, differences)?;
    let mut belonging = Vec::new();
    for name in options.words("token_chars")? {
        if name == "custom" {
            continue;
        }
        let class = CharClass::by_name(&name);
        belonging.push(class.ok_or_else(|| {
            options.wrong(
                "token_chars",
                "expected [letter], [digit], [whitespace], [punctuation], [symbol] or [custom]",
            )
        })?);
    }
    if let Some(characters) = options.text("custom_token_chars")? {
        belonging.push(CharClass::Of(characters.to_owned()));
    }
    Ok(Tokenizer::Grams(Grams {
        min,
        max,
        belonging: Classes(belonging),
        edge,
    }))
}

/// The sizes of grams; those that begin anywhere differ by the limit of the index at most.
pub(super) fn gram_sizes(
    options: &mut Options<'_>,
    edge: bool,
    differences: Differences,
) -> Result<(usize, usize), AnalysisError> {
    let min = options.whole("min_gram", 1, 1, limits::GRAM_CHARS_MAX)?;
    let max = options.whole("max_gram", 2.max(min), 1, limits::GRAM_CHARS_MAX)?;
    if min > max {
        return Err(options.wrong("min_gram", "it must not be greater than [max_gram]"));
    }
    let limit = differences.ngram() as usize;
    if !edge && max - min > limit {
        let reason = format!(
            "The difference between max_gram and min_gram in NGram Tokenizer must be less than or equal to: [{limit}] \
             but was [{}]. This limit can be set by changing the [index.max_ngram_diff] index level setting.",
            max - min
        );
        return Err(options.wrong("max_gram", &reason));
    }
    Ok((min, max))
}

fn char_group(options: &mut Options<'_>) -> Result<Tokenizer, AnalysisError> {
    let mut separators = Vec::new();
    for each in options.words("tokenize_on_chars")? {
        let escaped = match each.as_str() {
            "\\n" => "\n",
            "\\t" => "\t",
            "\\r" => "\r",
            other => other,
        };
        separators.push(if escaped.chars().count() == 1 {
            CharClass::Of(escaped.to_owned())
        } else {
            CharClass::by_name(&each).ok_or_else(|| {
                options.wrong(
                    "tokenize_on_chars",
                    "expected characters, [whitespace], [letter], [digit], [punctuation] or [symbol]",
                )
            })?
        });
    }
    if separators.is_empty() {
        return Err(options.wrong("tokenize_on_chars", "it is missing"));
    }
    Ok(Tokenizer::Between {
        separators: Classes(separators),
        chars_max: chars_max(options)?,
    })
}
