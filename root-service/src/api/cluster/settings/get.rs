//! `GET /_cluster/settings`.

use axum::extract::State;
use serde_json::json;

use super::changes::shown;
use super::object;
use super::setting::Setting;
use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::state::Api;

/// The handler.
pub(in crate::api) async fn get(State(api): State<Api>, mut params: Params) -> Handled {
    let flat = params.flag("flat_settings")?.unwrap_or(false);
    let with_defaults = params.flag("include_defaults")?.unwrap_or(false);
    params.finish()?;
    let catalog = api.app.catalog();
    let mut answer = json!({"persistent": object(shown(&catalog.search), flat), "transient": {}});
    if with_defaults {
        let unset = Setting::ALL
            .into_iter()
            .filter(|setting| setting.shown(&catalog.search).is_none())
            .map(|setting| (setting.name(), setting.built_in(&api.config)));
        answer["defaults"] = object(unset, flat);
    }
    Ok(Answer::json(&answer))
}
