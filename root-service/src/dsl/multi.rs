//! Queries of words in several fields: `multi_match`.

use serde_json::Value;
use shared::limits;
use shared::query::{MultiMatchKind, Query, QueryKind, Words};

use super::fuzziness::FuzzyOptions;
use super::phrases::slop;
use super::read::{At, missing, unsupported};
use super::words::{is_idle, word_option};
use crate::error::{ApiError, brief};

/// How `multi_match` names its types.
#[derive(Clone, Copy, PartialEq)]
enum MultiType {
    BestFields,
    MostFields,
    CrossFields,
    Phrase,
    PhrasePrefix,
    BoolPrefix,
}

impl MultiType {
    const ALL: [Self; 6] = [
        Self::BestFields,
        Self::MostFields,
        Self::CrossFields,
        Self::Phrase,
        Self::PhrasePrefix,
        Self::BoolPrefix,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::BestFields => "best_fields",
            Self::MostFields => "most_fields",
            Self::CrossFields => "cross_fields",
            Self::Phrase => "phrase",
            Self::PhrasePrefix => "phrase_prefix",
            Self::BoolPrefix => "bool_prefix",
        }
    }

    fn read(at: At<'_>, value: &Value) -> Result<Self, ApiError> {
        let named = |kind: &Self| value.as_str() == Some(kind.name());
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let names = Self::ALL.map(|kind| format!("[{}]", kind.name()));
            at.expected(&format!("one of {}", names.join(", ")), value)
        })
    }

    /// The share of the other fields' scores, unless the client says.
    fn tie_breaker(self) -> f32 {
        match self {
            Self::MostFields | Self::BoolPrefix => 1.0,
            Self::BestFields | Self::CrossFields | Self::Phrase | Self::PhrasePrefix => 0.0,
        }
    }
}

/// Reads `{"query": "x", "fields": ["title^2", "body"], …}`.
pub(super) fn multi_match(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "multi_match";
    let mut boost = 1.0;
    let (mut words, mut fuzzy) = (Words::default(), FuzzyOptions::default());
    let (mut text, mut fields, mut kind) = (None, Vec::new(), MultiType::BestFields);
    let (mut tie_breaker, mut slop_given) = (None, None);
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "query" => text = Some(at.words(value)?),
            "fields" => fields = boosted_fields(at, value)?,
            "type" => kind = MultiType::read(at, value)?,
            "tie_breaker" => tie_breaker = Some(at.share(value)?),
            "slop" => slop_given = Some(slop(at, value)?),
            "boost" => boost = at.boost(value)?,
            _ if word_option(&mut words, at, value)? || fuzzy.read(at, value)? || is_idle(at, value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    words.text = text.ok_or_else(|| missing(NAME, "query"))?;
    words.fuzziness = fuzzy.fuzziness();
    let tie_breaker = tie_breaker.unwrap_or_else(|| kind.tie_breaker());
    let is_phrase = matches!(kind, MultiType::Phrase | MultiType::PhrasePrefix);
    if slop_given.is_some_and(|slop| slop > 0) && !is_phrase {
        return Err(ApiError::parsing(
            "[multi_match] [slop] goes with [type] [phrase] and [phrase_prefix] only",
        ));
    }
    if words.fuzziness.is_some() && (is_phrase || kind == MultiType::CrossFields) {
        return Err(ApiError::parsing(format!(
            "Fuzziness not allowed for type [{}]",
            kind.name()
        )));
    }
    words.last_is_prefix = kind == MultiType::BoolPrefix;
    let kind = if is_phrase {
        QueryKind::MultiPhrase {
            fields,
            text: words.text,
            wording: words.wording,
            slop: slop_given.unwrap_or(0),
            expansions: (kind == MultiType::PhrasePrefix).then(|| fuzzy.expansions_max()),
            tie_breaker,
        }
    } else {
        QueryKind::MultiMatch {
            fields,
            words,
            // A share of all the other fields' scores is what `most_fields` means; with another share it is `best_fields`.
            kind: match kind {
                MultiType::CrossFields => MultiMatchKind::CrossFields,
                MultiType::MostFields | MultiType::BoolPrefix if tie_breaker == 1.0 => {
                    MultiMatchKind::MostFields
                }
                _ => MultiMatchKind::BestFields,
            },
            tie_breaker,
        }
    };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// `title^2` and the like, one or a list.
pub(super) fn boosted_fields(at: At<'_>, value: &Value) -> Result<Vec<(String, f32)>, ApiError> {
    let fields = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if fields.len() > limits::MAPPING_FIELDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] [fields] has [{}] names, the limit is [{}]",
            at.part,
            fields.len(),
            limits::MAPPING_FIELDS_MAX
        )));
    }
    fields
        .iter()
        .map(|field| boosted_field(at, &at.text(field)?))
        .collect()
}

fn boosted_field(at: At<'_>, text: &str) -> Result<(String, f32), ApiError> {
    let (name, boost) = match text.split_once('^') {
        Some((name, boost)) => (
            name,
            At::new(at.part, "boost").boost(&Value::String(boost.to_owned()))?,
        ),
        None => (text, 1.0),
    };
    if name.is_empty() || name.len() > limits::FIELD_NAME_BYTES_MAX {
        return Err(ApiError::parsing(format!(
            "[{}] [fields] has a name that is empty or too long: [{}]",
            at.part,
            brief(text)
        )));
    }
    Ok((name.to_owned(), boost))
}
