//! `GET|HEAD /{index}/_doc/{id}`: one document, up to date with every acknowledged write.

use axum::extract::State;
use axum::http::StatusCode;
use shared::deadline::Deadline;
use shared::wire::StoredDocument;
use tokio::time::Instant;

use crate::api::answer::{Answer, Handled};
use crate::api::body::on_cpu;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::search::splice::{Object, push_source};
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Got;
use crate::dsl::SourceFilter;
use crate::error::ApiError;
use crate::offered::{Offered, idle, refused, text, texts};

/// The parameters of all calls that read documents by their ids.
pub(super) const OFFERED: &[Offered] = &[
    idle("preference"),
    idle("realtime"),
    idle("refresh"),
    text("routing", "The document's routing value, if it has one."),
    refused("stored_fields"),
];

/// The parameters that say which parts of a document to show.
pub(super) const SOURCE: &[Offered] = &[
    texts("_source", "Whether to show documents, or which parts of them."),
    texts("_source_excludes", "Parts of the documents not to show."),
    texts("_source_includes", "Parts of the documents to show."),
];

/// How a document is asked for.
pub(super) struct GetParams {
    routing: Option<String>,
    filter: SourceFilter,
}

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    let asked = GetParams::take(params)?;
    let found = fetch(&api, &index, &id, asked.routing.as_deref()).await?;
    let index = found.index;
    let Some(document) = found.document else {
        let mut json = Object::new();
        json.put("_index", &index).put("_id", &id).put("found", &false);
        return Ok(Answer::raw_json(json.finish()).with_status(StatusCode::NOT_FOUND));
    };
    let bytes = document.source.len();
    let json = on_cpu(bytes, move || render(&index, &document, &asked.filter)).await?;
    Ok(Answer::raw_json(json))
}

/// The document, within the deadline of a search: reading is not writing.
pub(super) async fn fetch(api: &Api, index: &str, id: &str, routing: Option<&str>) -> Result<Got, ApiError> {
    let deadline = Deadline::after(Instant::now(), api.config.search_timeout);
    let index = targets::one(index, "a document")?;
    api.app.get(index, id, routing, deadline).await
}

/// A document that was found, as answers show it.
pub(super) fn render(
    index: &str,
    document: &StoredDocument,
    filter: &SourceFilter,
) -> Result<Vec<u8>, ApiError> {
    let mut json = Object::new();
    json.put("_index", index)
        .put("_id", &document.id)
        .put("_version", &document.version)
        .put("_seq_no", &document.seq_no)
        .put("_primary_term", &1);
    if let Some(routing) = &document.routing {
        json.put("_routing", routing);
    }
    json.put("found", &true);
    if filter.is_shown() {
        push_source(json.key("_source"), &document.source, filter)?;
    }
    Ok(json.finish())
}

impl GetParams {
    /// Takes all parameters of the call. `realtime` and `refresh` change nothing: the answer is always up to date.
    pub(super) fn take(mut params: Params) -> Result<Self, ApiError> {
        if params.text("stored_fields").is_some() {
            return Err(ApiError::illegal("the parameter [stored_fields] is not offered"));
        }
        let taken = Self {
            routing: params.text("routing"),
            filter: source_filter(&mut params)?,
        };
        params.finish()?;
        Ok(taken)
    }

    /// The routing value.
    pub(super) fn routing(&self) -> Option<&str> {
        self.routing.as_deref()
    }

    /// Which parts of the document to show.
    pub(super) fn filter(&self) -> &SourceFilter {
        &self.filter
    }
}

/// `_source`, `_source_includes`, `_source_excludes`.
pub(super) fn source_filter(params: &mut Params) -> Result<SourceFilter, ApiError> {
    let mut includes = params.list("_source_includes").unwrap_or_default();
    let excludes = params.list("_source_excludes").unwrap_or_default();
    match params.text("_source").as_deref() {
        Some("false") => return Ok(SourceFilter::NOTHING),
        None | Some("true" | "") => {}
        Some(patterns) => includes.extend(patterns.split(',').map(|part| part.trim().to_owned())),
    }
    SourceFilter::by_patterns(includes, excludes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> StoredDocument {
        StoredDocument {
            id: "1".to_owned(),
            source: r#"{"t": "x",  "n": 1.50}"#.to_owned(),
            version: 2,
            seq_no: 7,
            routing: Some("r".to_owned()),
        }
    }

    fn shown(query: &str) -> String {
        let asked = GetParams::take(Params::parse("/a/_doc/1", query).unwrap()).unwrap();
        String::from_utf8(render("a", &document(), &asked.filter).unwrap()).unwrap()
    }

    #[test]
    fn a_document_is_shown_as_it_was_sent() {
        assert_eq!(
            shown(""),
            concat!(
                r#"{"_index":"a","_id":"1","_version":2,"_seq_no":7,"_primary_term":1,"_routing":"r","found":true,"#,
                r#""_source":{"t": "x",  "n": 1.50}}"#
            )
        );
    }

    #[test]
    fn parameters_choose_its_parts() {
        assert!(shown("_source=false").ends_with(r#""found":true}"#));
        assert!(shown("_source=t").ends_with(r#""_source":{"t":"x"}}"#));
        assert!(shown("_source_excludes=t").ends_with(r#""_source":{"n":1.5}}"#));
        assert!(GetParams::take(Params::parse("/a/_doc/1", "stored_fields=t").unwrap()).is_err());
    }
}
