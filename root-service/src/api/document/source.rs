//! `GET|HEAD /{index}/_source/{id}`: the document and nothing around it.

use axum::extract::State;

use super::get::{GetParams, fetch};
use crate::api::answer::{Answer, Handled};
use crate::api::body::on_cpu;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::search::splice::push_source;
use crate::api::state::Api;
use crate::error::ApiError;

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    PathOf((index, id)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    let asked = GetParams::take(params)?;
    let Some(document) = fetch(&api, &index, &id, asked.routing()).await?.document else {
        return Err(ApiError::DocumentNotFound { index, id });
    };
    let json = on_cpu(document.source.len(), move || {
        let mut json = Vec::with_capacity(document.source.len());
        push_source(&mut json, &document.source, asked.filter())?;
        Ok::<_, ApiError>(json)
    });
    Ok(Answer::raw_json(json.await?))
}
