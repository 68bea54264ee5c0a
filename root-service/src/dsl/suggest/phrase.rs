//! The phrase suggester's parameters.

use serde_json::{Map, Value};
use shared::limits;

use super::{Common, Reading, positive, spelling, unsupported};
use crate::dsl::read::At;
use crate::error::ApiError;
use crate::suggest::Smoothing;
use crate::suggest::spelling::Spelling;

/// Likelier texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// What every kind has.
    pub common: Common,
    /// How many words the language model looks at; by the field's analyzer, if not given.
    pub gram_size: Option<u32>,
    /// How likely a word that the index has was meant.
    pub real_word_likelihood: f64,
    /// Texts must be this many times as likely as the one that was given.
    pub confidence: f64,
    /// How many words may be misspelt: a number, or a share below 1.
    pub errors_max: f64,
    /// What stands between the words of a combination in the field.
    pub separator: String,
    /// Whether combinations of words that the analyzer makes are left out of the text.
    pub force_unigrams: bool,
    /// Texts of so many words or more have no suggestions.
    pub words_max: usize,
    /// What is put around words that were changed.
    pub highlight: Option<(String, String)>,
    /// What the model says of combinations that the index does not have.
    pub smoothing: Smoothing,
    /// Whence candidates come; none means the field itself.
    pub generators: Vec<Generator>,
}

/// Whence candidates come.
#[derive(Clone, Debug, PartialEq)]
pub struct Generator {
    /// Whose words.
    pub field: String,
    /// How many for a word.
    pub size: u32,
    /// How they are looked for.
    pub spelling: Spelling,
}

/// Candidates for a word unless the client says otherwise.
const GENERATOR_SIZE: u32 = 5;

pub(super) fn parse(options: &Map<String, Value>) -> Result<Phrase, ApiError> {
    let mut common = Reading::new("phrase", limits::SUGGEST_CANDIDATES_MAX);
    let mut phrase = Phrase {
        common: Common::default(),
        gram_size: None,
        real_word_likelihood: 0.95,
        confidence: 1.0,
        errors_max: 0.5,
        separator: " ".to_owned(),
        force_unigrams: true,
        words_max: 10,
        highlight: None,
        smoothing: Smoothing::default(),
        generators: Vec::new(),
    };
    for (key, value) in options {
        let at = At::new("phrase", key);
        match key.as_str() {
            _ if common.read(key, value)? => {}
            "gram_size" => phrase.gram_size = Some(positive(at, value, 1_000)?),
            "real_word_error_likelihood" => phrase.real_word_likelihood = above_zero(at, value)?,
            "max_errors" => phrase.errors_max = above_zero(at, value)?,
            "confidence" => phrase.confidence = not_negative(at, value)?,
            "separator" => phrase.separator = at.text(value)?,
            "force_unigrams" => phrase.force_unigrams = at.truth(value)?,
            "token_limit" => {
                phrase.words_max = usize::try_from(positive(at, value, 1_000)?).unwrap_or(usize::MAX);
            }
            "highlight" => phrase.highlight = highlight(at, value)?,
            "smoothing" => phrase.smoothing = smoothing(at, value)?,
            "direct_generator" => phrase.generators = generators(at, value)?,
            "collate" => {
                return Err(ApiError::parsing(
                    "suggester[phrase] doesn't support field [collate]: checking texts by templates of queries is not offered",
                ));
            }
            _ => return Err(unsupported("phrase", key)),
        }
    }
    phrase.common = common.done()?;
    Ok(phrase)
}

fn above_zero(at: At<'_>, value: &Value) -> Result<f64, ApiError> {
    match at.number(value)? {
        number if number > 0.0 => Ok(number),
        _ => Err(ApiError::illegal(format!("{} must be > 0.0", at.key))),
    }
}

fn not_negative(at: At<'_>, value: &Value) -> Result<f64, ApiError> {
    match at.number(value)? {
        number if number >= 0.0 => Ok(number),
        _ => Err(ApiError::illegal(format!("{} must be >= 0.0", at.key))),
    }
}

fn highlight(at: At<'_>, value: &Value) -> Result<Option<(String, String)>, ApiError> {
    let (mut pre, mut post) = (None, None);
    for (key, value) in at.object(value)? {
        let at = At::new("phrase.highlight", key);
        match key.as_str() {
            "pre_tag" => pre = Some(at.text(value)?),
            "post_tag" => post = Some(at.text(value)?),
            _ => return Err(unsupported("phrase][highlight", key)),
        }
    }
    match (pre, post) {
        (Some(pre), Some(post)) => Ok(Some((pre, post))),
        (None, None) => Ok(None),
        _ => Err(ApiError::illegal(
            "Pre and post tag must both be null or both not be null.",
        )),
    }
}

fn smoothing(at: At<'_>, value: &Value) -> Result<Smoothing, ApiError> {
    let mut models = at.object(value)?.iter();
    let (Some((name, model)), None) = (models.next(), models.next()) else {
        return Err(ApiError::illegal("only one smoothing model supported"));
    };
    let options = At::new("smoothing", name).object(model)?;
    let mut weights = [None; 3];
    let names: &[&str] = match name.as_str() {
        "stupid_backoff" => &["discount"],
        "laplace" => &["alpha"],
        "linear_interpolation" => &["trigram_lambda", "bigram_lambda", "unigram_lambda"],
        _ => {
            return Err(ApiError::parsing(format!(
                "unknown smoothing model [{}]; offered are stupid_backoff, laplace and linear_interpolation",
                crate::error::brief(name)
            )));
        }
    };
    for (key, value) in options {
        let Some(place) = names.iter().position(|name| name == key) else {
            return Err(unsupported(&format!("phrase][smoothing][{name}"), key));
        };
        weights[place] = Some(not_negative(At::new(name, key), value)?);
    }
    Ok(match (name.as_str(), weights) {
        ("stupid_backoff", [discount, ..]) => Smoothing::StupidBackoff {
            discount: discount.unwrap_or(0.4),
        },
        ("laplace", [alpha, ..]) => Smoothing::Laplace {
            alpha: alpha.unwrap_or(0.5),
        },
        (_, [Some(trigram), Some(bigram), Some(unigram)])
            if (trigram + bigram + unigram - 1.0).abs() <= 0.001 =>
        {
            Smoothing::Linear {
                trigram,
                bigram,
                unigram,
            }
        }
        _ => {
            return Err(ApiError::illegal(
                "linear smoothing needs [trigram_lambda], [bigram_lambda] and [unigram_lambda], which must sum to 1",
            ));
        }
    })
}

fn generators(at: At<'_>, value: &Value) -> Result<Vec<Generator>, ApiError> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::Object(_) => std::slice::from_ref(value),
        _ => return Err(at.expected("a list of generators", value)),
    };
    if list.len() > limits::SUGGEST_GENERATORS_MAX {
        return Err(ApiError::illegal(format!(
            "[direct_generator] has [{}] generators, the limit is [{}]",
            list.len(),
            limits::SUGGEST_GENERATORS_MAX
        )));
    }
    list.iter().map(|value| generator(at, value)).collect()
}

fn generator(at: At<'_>, value: &Value) -> Result<Generator, ApiError> {
    let mut field = None;
    let mut size = GENERATOR_SIZE;
    let mut spelling = Spelling::default();
    for (key, value) in at.object(value)? {
        let at = At::new("direct_generator", key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "size" => size = positive(at, value, limits::SUGGEST_CANDIDATES_MAX)?,
            "pre_filter" | "post_filter" => {
                return Err(ApiError::parsing(format!(
                    "[direct_generator] doesn't support field [{key}]: candidates are not analyzed here"
                )));
            }
            _ if spelling::read(&mut spelling, "direct_generator", key, value)? => {}
            _ => return Err(unsupported("phrase][direct_generator", key)),
        }
    }
    let missing = || ApiError::parsing("[direct_generator] expects exactly one field parameter");
    Ok(Generator {
        field: field.ok_or_else(missing)?,
        size,
        spelling,
    })
}
