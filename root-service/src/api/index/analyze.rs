//! `GET|POST /_analyze`, `/{index}/_analyze`: what an analyzer makes of a text.

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::analysis::{Analyzer, Token};
use shared::limits;

use super::analyze_body::{Asked, Names};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Payload, on_cpu};
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{Leniency, Targets};
use crate::error::ApiError;

/// Positions between two texts, as between two values of a field.
const POSITION_GAP: u64 = 100;

/// The handler without an index.
pub(in crate::api) async fn of_none(State(api): State<Api>, params: Params, payload: Payload) -> Handled {
    analyze(api, None, params, payload).await
}

/// The handler for an index.
pub(in crate::api) async fn of_one(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    params: Params,
    payload: Payload,
) -> Handled {
    analyze(api, Some(index), params, payload).await
}

async fn analyze(api: Api, index: Option<String>, mut params: Params, payload: Payload) -> Handled {
    let index = index.or_else(|| params.text("index"));
    let strict = Leniency {
        allow_no_indices: false,
        ..Leniency::default()
    };
    let leniency = targets::leniency(&mut params, strict)?;
    let mapping = match &index {
        None => None,
        Some(index) => {
            let targets = Targets::parse(index);
            let catalog = api.app.catalog();
            let chosen = targets.resolve(&catalog, leniency)?;
            let mut metas = chosen.into_values();
            match (metas.next(), metas.next()) {
                (Some(only), None) => Some(only.mapping.clone()),
                _ => {
                    return Err(ApiError::illegal(
                        "[_analyze] goes to exactly one index, and the name stands for others",
                    ));
                }
            }
        }
    };
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let object = json::optional_object("an analysis", &body.bytes)?.unwrap_or_default();
    let bytes = body.bytes.len();
    let answer = on_cpu(bytes, move || {
        let asked = Asked::read(&object, mapping.as_ref())?;
        answer(&asked)
    });
    Ok(Answer::json(&answer.await?))
}

fn answer(asked: &Asked) -> Result<Value, ApiError> {
    if !asked.explain {
        let tokens = joined(&asked.texts, |text, max| asked.analyzer.tokens_up_to(text, max))?;
        let shown: Vec<Value> = tokens.iter().map(|token| token.shown(None).into()).collect();
        return Ok(json!({ "tokens": shown }));
    }
    let shown = |tokens: &[Placed]| -> Vec<Value> {
        let attributes = Some(asked.attributes.as_slice());
        tokens
            .iter()
            .map(|token| token.shown(attributes).into())
            .collect()
    };
    let Some(names) = &asked.names else {
        let tokens = joined(&asked.texts, |text, max| asked.analyzer.tokens_up_to(text, max))?;
        return Ok(json!({"detail": {
            "custom_analyzer": false,
            "analyzer": {"name": asked.analyzer.name(), "tokens": shown(&tokens)},
        }}));
    };
    parts(asked, names, &shown)
}

/// What each part of an analyzer makes.
fn parts(asked: &Asked, names: &Names, shown: &dyn Fn(&[Placed]) -> Vec<Value>) -> Result<Value, ApiError> {
    let explained: Option<Vec<_>> = asked
        .texts
        .iter()
        .map(|text| asked.analyzer.explained(text, limits::ANALYZE_TOKENS_MAX))
        .collect();
    let explained = explained.ok_or_else(too_many)?;
    let mut stages = Vec::new();
    for stage in 0..=names.filters.len() {
        let mut each = explained.iter();
        let tokens = joined(&asked.texts, |_, max| {
            let tokens = each.next()?.tokens.get(stage)?.clone();
            (tokens.len() <= max).then_some(tokens)
        })?;
        stages.push(shown(&tokens));
    }
    let char_filters = names.char_filters.iter().enumerate().map(|(place, name)| {
        let texts: Vec<_> = explained
            .iter()
            .filter_map(|each| each.texts.get(place))
            .collect();
        json!({"name": name, "filtered_text": texts})
    });
    let char_filters: Vec<Value> = char_filters.collect();
    let mut stages = stages.into_iter();
    let tokenizer = json!({"name": names.tokenizer, "tokens": stages.next()});
    let filters = names.filters.iter().zip(stages);
    let filters: Vec<Value> = filters
        .map(|(name, tokens)| json!({"name": name, "tokens": tokens}))
        .collect();
    Ok(json!({"detail": {
        "custom_analyzer": true,
        "charfilters": char_filters,
        "tokenizer": tokenizer,
        "tokenfilters": filters,
    }}))
}

fn too_many() -> ApiError {
    ApiError::illegal(format!(
        "The number of tokens produced by calling _analyze has exceeded the allowed maximum of [{}].",
        limits::ANALYZE_TOKENS_MAX
    ))
}

/// A token among those of several texts; offsets count as Elasticsearch counts characters.
struct Placed {
    token: Token,
    position: u64,
    start: usize,
    end: usize,
}

impl Placed {
    /// With the attributes of those names, or all if none is named; `None` is for what is not to be explained.
    fn shown(&self, attributes: Option<&[String]>) -> Map<String, Value> {
        let token = &self.token;
        let mut shown = Map::new();
        shown.insert("token".to_owned(), token.text.as_str().into());
        shown.insert("start_offset".to_owned(), self.start.into());
        shown.insert("end_offset".to_owned(), self.end.into());
        shown.insert("type".to_owned(), token.kind.name().into());
        shown.insert("position".to_owned(), self.position.into());
        let Some(attributes) = attributes else {
            if token.position_length > 1 {
                shown.insert("positionLength".to_owned(), token.position_length.into());
            }
            return shown;
        };
        let bytes: Vec<String> = token.text.bytes().map(|byte| format!("{byte:x}")).collect();
        let more: [(&str, Value); 4] = [
            ("bytes", format!("[{}]", bytes.join(" ")).into()),
            ("keyword", token.keyword.into()),
            ("positionLength", token.position_length.into()),
            ("termFrequency", 1.into()),
        ];
        for (name, value) in more {
            if attributes.is_empty() || attributes.iter().any(|asked| asked == name) {
                shown.insert(name.to_owned(), value);
            }
        }
        shown
    }
}

/// The tokens of texts, one after the other.
fn joined(
    texts: &[String],
    mut tokens: impl FnMut(&str, usize) -> Option<Vec<Token>>,
) -> Result<Vec<Placed>, ApiError> {
    let mut all: Vec<Placed> = Vec::new();
    let (mut position, mut offset) = (0, 0);
    for text in texts {
        let left = limits::ANALYZE_TOKENS_MAX - all.len();
        let found = tokens(text, left).ok_or_else(too_many)?;
        let units = units(text);
        let at = |byte: usize| offset + units.as_ref().map_or(byte, |units| units[byte]);
        all.extend(found.into_iter().map(|token| Placed {
            position: position + u64::from(token.position),
            start: at(token.start),
            end: at(token.end),
            token,
        }));
        offset = at(text.len()) + 1;
        position = all.last().map_or(position, |last| last.position + 1) + POSITION_GAP;
    }
    Ok(all)
}

/// How many UTF-16 units stand before each byte; `None` where it is as many.
fn units(text: &str) -> Option<Vec<usize>> {
    if text.is_ascii() {
        return None;
    }
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut count = 0;
    for c in text.chars() {
        units.extend(std::iter::repeat_n(count, c.len_utf8()));
        count += c.len_utf16();
    }
    units.push(count);
    Some(units)
}

/// Whether it is one of those that every index has.
pub(super) fn is_built_in(analyzer: &Analyzer) -> bool {
    Analyzer::built_in().contains(analyzer)
}

#[cfg(test)]
#[path = "analyze_tests.rs"]
mod tests;
