//! Suggestions made executable: fields become places in the index, texts become words.

use shared::analysis::{Analyzer, Token, TokenKind};
use shared::completion::{Begins, paths};
use shared::limits;
use shared::mapping::{FieldKind, Mapping};
use shared::wire::clause::Field;
use shared::wire::suggest::Completing;

use crate::dsl::suggest::{self as asked, How, Named};
use crate::error::{ApiError, brief};
use crate::suggest::completion::Completion;
use crate::suggest::phrase::{Generator, Phrase};
use crate::suggest::term::Term;
use crate::suggest::{Spoken, Suggestion, What, utf16_len};

/// Resolves suggestions against a mapping.
///
/// # Errors
/// A 400 that names the field, or the limit that is exceeded.
pub fn resolve(suggestions: &[Named], mapping: &Mapping) -> Result<Vec<Suggestion>, ApiError> {
    let resolved = |named: &Named| {
        let what = match &named.what {
            asked::What::Term(term) => What::Term(of_term(&named.text, term, mapping)?),
            asked::What::Phrase(phrase) => What::Phrase(Box::new(of_phrase(&named.text, phrase, mapping)?)),
            asked::What::Completion(completion) => {
                What::Completion(of_completion(&named.text, completion, mapping)?)
            }
        };
        Ok(Suggestion {
            name: named.name.clone(),
            what,
        })
    };
    suggestions.iter().map(resolved).collect()
}

fn of_term(text: &str, term: &asked::Term, mapping: &Mapping) -> Result<Term, ApiError> {
    let (field, analyzer) = place(&term.common.field, mapping)?;
    let analyzer = chosen(term.common.analyzer.as_deref(), mapping)?.unwrap_or(analyzer);
    let mut offset = Offset::default();
    let words = analyzer.tokens(text).into_iter().map(|token| {
        let start = offset.of(text, token.start);
        Spoken {
            length: text.get(token.start..token.end).map_or(0, utf16_len),
            text: token.text,
            offset: start,
        }
    });
    Ok(Term {
        field,
        words: words.collect(),
        size: term.common.size,
        ranked: term.common.ranked,
        spelling: term.spelling,
    })
}

fn of_phrase(text: &str, phrase: &asked::Phrase, mapping: &Mapping) -> Result<Phrase, ApiError> {
    let (field, analyzer) = place(&phrase.common.field, mapping)?;
    let analyzer = chosen(phrase.common.analyzer.as_deref(), mapping)?.unwrap_or(analyzer);
    let own = [asked::Generator {
        field: phrase.common.field.clone(),
        size: 5,
        spelling: crate::suggest::spelling::Spelling::default(),
    }];
    let asked = if phrase.generators.is_empty() {
        &own[..]
    } else {
        &phrase.generators
    };
    let generators = asked.iter().map(|generator| {
        let (field, _) = place(&generator.field, mapping)?;
        Ok(Generator {
            field,
            size: generator.size,
            spelling: generator.spelling,
        })
    });
    Ok(Phrase {
        text: text.to_owned(),
        words: spoken(text, &analyzer, phrase.force_unigrams)?,
        generators: generators.collect::<Result<_, ApiError>>()?,
        gram_size: phrase.gram_size.unwrap_or_else(|| gram_size(&analyzer)),
        field,
        separator: phrase.separator.clone(),
        real_word_likelihood: phrase.real_word_likelihood,
        confidence: phrase.confidence,
        errors_max: phrase.errors_max,
        words_max: phrase.words_max,
        size: phrase.common.size,
        ranked: phrase.common.ranked,
        highlight: phrase.highlight.clone(),
        smoothing: phrase.smoothing,
    })
}

fn of_completion(
    text: &str,
    completion: &asked::Completion,
    mapping: &Mapping,
) -> Result<Completion, ApiError> {
    let path = completion.common.field.clone();
    let kind = mapping.kind(&path).ok_or_else(|| unmapped(&path))?;
    let FieldKind::Completion(of) = kind else {
        return Err(ApiError::illegal(format!(
            "Field [{}] is not a completion suggest field",
            brief(&path)
        )));
    };
    let chosen = chosen(completion.common.analyzer.as_deref(), mapping)?;
    let analyzer = chosen.as_ref().unwrap_or(of.search_analyzer());
    let begins = match completion.how {
        How::Regexp => {
            let begins = Begins::Fits(text.to_owned());
            begins.matcher().map_err(|error| {
                ApiError::illegal(format!("the regular expression [{}] {error}", brief(text)))
            })?;
            vec![begins]
        }
        how => paths(text, analyzer, of.settings)
            .into_iter()
            .map(|path| begins(path, how))
            .collect(),
    };
    let wanted = Completing {
        path,
        begins,
        size: completion.common.size,
        distinct: completion.distinct,
    };
    Ok(Completion {
        text: text.to_owned(),
        size: wanted.size,
        distinct: wanted.distinct,
        wanted: (!wanted.begins.is_empty()).then_some(wanted),
    })
}

fn begins(text: String, how: How) -> Begins {
    let How::Fuzzily {
        edits,
        transpositions,
        length_min,
        prefix_length,
    } = how
    else {
        return Begins::With(text);
    };
    let length = text.chars().count();
    let distance = edits.of(&text);
    let too_short = u32::try_from(length).is_ok_and(|length| length < length_min || length <= prefix_length);
    if too_short || distance == 0 || length > limits::FUZZY_CHARS_MAX {
        return Begins::With(text);
    }
    Begins::Like {
        text,
        distance,
        prefix_length,
        transpositions,
    }
}

/// Where the words of a field are, and what cuts texts into them.
fn place(field: &str, mapping: &Mapping) -> Result<(Field, Analyzer), ApiError> {
    let kind = mapping.kind(field).ok_or_else(|| unmapped(field))?;
    match kind {
        FieldKind::Text { .. } => {
            let place = kind.slot().zip(kind.search_analyzer().cloned());
            let (slot, analyzer) = place
                .ok_or_else(|| ApiError::illegal(format!("the field [{}] is not indexed", brief(field))))?;
            Ok((Field::Text(slot), analyzer))
        }
        FieldKind::Keyword { .. } => Ok((Field::Exact(field.to_owned()), Analyzer::keyword())),
        _ => Err(ApiError::illegal(format!(
            "suggestions are made of the words of text and keyword fields, and [{}] is of type [{}]",
            brief(field),
            kind.name()
        ))),
    }
}

fn unmapped(field: &str) -> ApiError {
    ApiError::illegal(format!("no mapping found for field [{}]", brief(field)))
}

/// The analyzer of that name, if there is a name.
fn chosen(name: Option<&str>, mapping: &Mapping) -> Result<Option<Analyzer>, ApiError> {
    let found = |name: &str| {
        let unknown = || ApiError::illegal(format!("analyzer [{}] doesn't exists", brief(name)));
        mapping.analysis.analyzer(name).ok_or_else(unknown)
    };
    name.map(found).transpose()
}

/// The words of a text, each with those that stand in its place. Combinations of words are none, if words are wanted.
fn spoken(text: &str, analyzer: &Analyzer, force_unigrams: bool) -> Result<Vec<Vec<String>>, ApiError> {
    let tokens = analyzer.tokens(text);
    let mut words: Vec<(u32, Vec<String>)> = Vec::new();
    for token in &tokens {
        if force_unigrams && is_shingle(token) {
            continue;
        }
        match words.last_mut() {
            Some((position, place)) if *position == token.position && !is_shingle(token) => {
                place.push(token.text.clone());
            }
            _ => words.push((token.position, vec![token.text.clone()])),
        }
    }
    if words.is_empty() && !tokens.is_empty() {
        return Err(ApiError::illegal(
            "At least one unigram is required but all tokens were ngrams",
        ));
    }
    Ok(words.into_iter().map(|(_, place)| place).collect())
}

/// How many words the analyzer joins, at most: combinations of so many are in the field.
fn gram_size(analyzer: &Analyzer) -> u32 {
    let words = analyzer.shingle_words_max().unwrap_or(1);
    u32::try_from(words).unwrap_or(u32::MAX)
}

fn is_shingle(token: &Token) -> bool {
    token.kind == TokenKind::Shingle
}

/// Counts UTF-16 units up to places in a text, which mostly come in their order.
#[derive(Default)]
struct Offset {
    bytes: usize,
    units: usize,
}

impl Offset {
    fn of(&mut self, text: &str, byte: usize) -> usize {
        if byte < self.bytes {
            *self = Self::default();
        }
        self.units += text.get(self.bytes..byte).map_or(0, utf16_len);
        self.bytes = byte;
        self.units
    }
}
