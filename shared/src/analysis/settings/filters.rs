//! Definitions of token filters.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::definition::Definition;
use super::super::error::AnalysisError;
use super::super::filters::{
    EdgeSide, Filter, Lower, Rules, Shingles, Stem, StopWords, Synonyms, WordSet, stop_list_languages,
};
use super::super::table::Differences;
use super::char_filters::replacing;
use super::options::Options;
use super::tokenizers::gram_sizes;
use crate::limits;

/// The types that are offered.
const OFFERED: [&str; 26] = [
    "lowercase",
    "uppercase",
    "asciifolding",
    "decimal_digit",
    "stop",
    "keep",
    "stemmer",
    "snowball",
    "keyword_marker",
    "stemmer_override",
    "synonym",
    "synonym_graph",
    "ngram",
    "edge_ngram",
    "shingle",
    "unique",
    "remove_duplicates",
    "trim",
    "truncate",
    "length",
    "reverse",
    "elision",
    "apostrophe",
    "limit",
    "pattern_replace",
    "porter_stem",
];

/// A filter as defined; what synonyms are depends on what comes before.
pub(super) enum Filtering {
    /// The filter.
    Of(Filter),
    /// Rules of synonyms.
    Synonyms(Rules),
}

impl Filtering {
    /// The filter after what comes before it in a chain.
    pub(super) fn after(self, before: &Definition) -> Result<Filter, String> {
        match self {
            Self::Of(filter) => Ok(filter),
            Self::Synonyms(rules) => {
                if !before.filters.iter().all(Filter::makes_words) {
                    return Err(
                        "no filter that makes several tokens of one may come before synonyms".to_owned(),
                    );
                }
                let words = |text: &str| before.tokens(text);
                Ok(Filter::Synonyms(Arc::new(Synonyms::new(&rules, &words)?)))
            }
        }
    }
}

pub(super) fn read(mut options: Options<'_>, differences: Differences) -> Result<Filtering, AnalysisError> {
    let kind = options.required_kind()?;
    let filter = match kind.as_str() {
        "synonym" | "synonym_graph" => {
            let rules = synonyms(&mut options, kind == "synonym_graph")?;
            options.finish()?;
            return Ok(Filtering::Synonyms(rules));
        }
        "ngram" | "nGram" => {
            let (min, max) = gram_sizes(&mut options, false, differences)?;
            let preserve = options.truth("preserve_original", false)?;
            Filter::Grams { min, max, preserve }
        }
        "edge_ngram" | "edgeNGram" => edge_grams(&mut options, differences)?,
        "shingle" => shingles(&mut options, differences)?,
        "stop" | "keep" | "keyword_marker" | "stemmer_override" | "elision" => of_words(&kind, &mut options)?,
        "stemmer" | "snowball" | "porter_stem" => stemmer(&kind, &mut options)?,
        other => simple(other, &mut options)?,
    };
    options.finish()?;
    Ok(Filtering::Of(filter))
}

/// Filters with a number or a switch, or nothing.
fn simple(kind: &str, options: &mut Options<'_>) -> Result<Filter, AnalysisError> {
    Ok(match kind {
        "lowercase" => Filter::Lower(match options.text("language")?.unwrap_or("") {
            "" => Lower::Plain,
            "turkish" => Lower::Turkish,
            "greek" => Lower::Greek,
            _ => return Err(options.wrong("language", "offered are [greek] and [turkish]")),
        }),
        "uppercase" => Filter::Upper,
        "asciifolding" => Filter::Fold {
            preserve: options.truth("preserve_original", false)?,
        },
        "decimal_digit" => Filter::Digits,
        "unique" => Filter::Unique {
            in_position: options.truth("only_on_same_position", false)?,
        },
        "remove_duplicates" => Filter::Unique { in_position: true },
        "trim" => Filter::Trim,
        "truncate" => Filter::Truncate(options.whole("length", 10, 1, limits::TOKEN_BYTES_MAX)?),
        "length" => Filter::Length {
            min: options.whole("min", 0, 0, usize::MAX)?,
            max: options.whole("max", usize::MAX, 0, usize::MAX)?,
        },
        "reverse" => Filter::Reverse,
        "apostrophe" => Filter::Apostrophe,
        "limit" => {
            // All tokens are always looked at.
            options.truth("consume_all_tokens", false)?;
            Filter::Limit(options.whole("max_token_count", 1, 1, usize::MAX)?)
        }
        "pattern_replace" => {
            let (pattern, replacement) = replacing(options)?;
            let all = options.truth("all", true)?;
            Filter::Replace {
                pattern,
                replacement,
                all,
            }
        }
        other => return Err(options.unknown_type(other, OFFERED.into_iter())),
    })
}

/// Filters with lists of words.
fn of_words(kind: &str, options: &mut Options<'_>) -> Result<Filter, AnalysisError> {
    let ignore_case = |options: &mut Options<'_>, name| options.truth(name, false);
    Ok(match kind {
        "stop" => {
            if options.get("stopwords_path").is_some() {
                return Err(options.wrong("stopwords_path", "files are not offered; use [stopwords]"));
            }
            if !options.truth("remove_trailing", true)? {
                return Err(options.wrong("remove_trailing", "offered is [true] only"));
            }
            let ignore_case = ignore_case(options, "ignore_case")?;
            Filter::Stop(stop_words(options, "_english_", ignore_case)?)
        }
        "keep" => {
            let words = options.words("keep_words")?;
            if words.is_empty() {
                return Err(options.wrong("keep_words", "it is missing; files are not offered"));
            }
            Filter::Keep(WordSet::new(words, ignore_case(options, "keep_words_case")?))
        }
        "keyword_marker" => {
            let words = options.words("keywords")?;
            if words.is_empty() {
                return Err(options.wrong("keywords", "it is missing; files and patterns are not offered"));
            }
            Filter::Mark(WordSet::new(words, ignore_case(options, "ignore_case")?))
        }
        "elision" => {
            let articles = options.words("articles")?;
            if articles.is_empty() {
                return Err(options.wrong("articles", "it is missing; files are not offered"));
            }
            Filter::Elision {
                articles: Arc::new(articles.into_iter().collect()),
                ignore_case: ignore_case(options, "articles_case")?,
            }
        }
        _ => overrides(options)?,
    })
}

/// The stop words of a filter or an analyzer.
pub(super) fn stop_words(
    options: &mut Options<'_>,
    default: &str,
    ignore_case: bool,
) -> Result<StopWords, AnalysisError> {
    let words = match options.list("stopwords")? {
        Some(words) => words,
        None => vec![default],
    };
    let words = words.into_iter().map(str::to_owned);
    StopWords::new(words, ignore_case).map_err(|list| {
        let offered: Vec<&str> = stop_list_languages().collect();
        let reason = format!(
            "there is no list [{list}]; offered are {} and [_none_]",
            offered.join(", ")
        );
        options.wrong("stopwords", &reason)
    })
}

fn overrides(options: &mut Options<'_>) -> Result<Filter, AnalysisError> {
    let Some(rules) = options.list("rules")? else {
        return Err(options.wrong("rules", "it is missing; files are not offered"));
    };
    let mut stems = BTreeMap::new();
    for rule in rules {
        let Some((words, stem)) = rule.split_once("=>") else {
            return Err(options.wrong("rules", "expected rules such as [running, runs => run]"));
        };
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            stems.insert(word.to_owned(), stem.trim().to_owned());
        }
    }
    Ok(Filter::Override(Arc::new(stems)))
}

fn stemmer(kind: &str, options: &mut Options<'_>) -> Result<Filter, AnalysisError> {
    let name = match (kind, options.text("language")?) {
        ("porter_stem", None) => "english",
        ("porter_stem", Some(_)) => {
            return Err(options.wrong("language", "[porter_stem] has none; use [stemmer]"));
        }
        (_, Some(language)) => language,
        _ => options.text("name")?.unwrap_or("english"),
    };
    if name.eq_ignore_ascii_case("possessive_english") {
        return Ok(Filter::Possessive);
    }
    Stem::by_name(name).map(Filter::Stem).ok_or_else(|| {
        let offered: Vec<&str> = Stem::names().chain(["possessive_english"]).collect();
        let reason = format!(
            "there is no stemmer [{}]; offered are {}",
            name.chars().take(64).collect::<String>(),
            offered.join(", ")
        );
        options.wrong("language", &reason)
    })
}

fn synonyms(options: &mut Options<'_>, graph: bool) -> Result<Rules, AnalysisError> {
    for other in ["synonyms_path", "synonyms_set"] {
        if options.get(other).is_some() {
            return Err(options.wrong(other, "it is not offered; use [synonyms]"));
        }
    }
    if options.text("format")?.is_some_and(|format| format != "solr") {
        return Err(options.wrong("format", "offered is [solr] only"));
    }
    if options.truth("updateable", false)? {
        return Err(options.wrong("updateable", "offered is [false] only"));
    }
    let rules = match options.get("synonyms") {
        Some(serde_json::Value::Array(_)) => options.list("synonyms")?.unwrap_or_default(),
        _ => return Err(options.wrong("synonyms", "expected a list of rules such as [a, b => c]")),
    };
    let long = rules
        .iter()
        .any(|rule| rule.len() > limits::ANALYSIS_RULE_BYTES_MAX);
    if long {
        let reason = format!(
            "a rule is longer than the limit of [{}] bytes",
            limits::ANALYSIS_RULE_BYTES_MAX
        );
        return Err(options.wrong("synonyms", &reason));
    }
    Ok(Rules {
        rules: rules.into_iter().map(str::to_owned).collect(),
        expand: options.truth("expand", true)?,
        lenient: options.truth("lenient", false)?,
        graph,
    })
}

fn edge_grams(options: &mut Options<'_>, differences: Differences) -> Result<Filter, AnalysisError> {
    let (min, max) = gram_sizes(options, true, differences)?;
    let side = match options.text("side")?.unwrap_or("front") {
        "front" => EdgeSide::Front,
        "back" => EdgeSide::Back,
        _ => return Err(options.wrong("side", "expected [front] or [back]")),
    };
    Ok(Filter::EdgeGrams {
        min,
        max,
        side,
        preserve: options.truth("preserve_original", false)?,
    })
}

fn shingles(options: &mut Options<'_>, differences: Differences) -> Result<Filter, AnalysisError> {
    let min = options.whole("min_shingle_size", 2, 2, limits::SHINGLE_WORDS_MAX)?;
    let max = options.whole("max_shingle_size", 2.max(min), 2, limits::SHINGLE_WORDS_MAX)?;
    if min > max {
        return Err(options.wrong(
            "min_shingle_size",
            "it must not be greater than [max_shingle_size]",
        ));
    }
    let unigrams = options.truth("output_unigrams", true)?;
    let limit = differences.shingle() as usize;
    let difference = max - min + usize::from(unigrams);
    if difference > limit {
        let reason = format!(
            "the difference between max_shingle_size and min_shingle_size (and +1 if outputting unigrams) must be less \
             than or equal to: [{limit}] but was [{difference}]. This limit can be set by changing the \
             [index.max_shingle_diff] index level setting."
        );
        return Err(options.wrong("max_shingle_size", &reason));
    }
    Ok(Filter::Shingles(Shingles {
        min,
        max,
        unigrams,
        unigrams_if_none: options.truth("output_unigrams_if_no_shingles", false)?,
        separator: joint(options, "token_separator", " ")?,
        filler: joint(options, "filler_token", "_")?,
    }))
}

/// A short text between words.
fn joint(options: &mut Options<'_>, parameter: &'static str, default: &str) -> Result<String, AnalysisError> {
    let text = options.text(parameter)?.unwrap_or(default);
    if text.len() > limits::SHINGLE_JOINT_BYTES_MAX {
        let reason = format!(
            "it is longer than the limit of [{}] bytes",
            limits::SHINGLE_JOINT_BYTES_MAX
        );
        return Err(options.wrong(parameter, &reason));
    }
    Ok(text.to_owned())
}
