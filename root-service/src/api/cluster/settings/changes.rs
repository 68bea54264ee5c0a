//! The body of `PUT /_cluster/settings`, read and checked.

use serde_json::{Map, Value};
use shared::catalog::SearchDefaults;

use super::setting::{Setting, check};
use crate::api::settings::flatten;
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// The changes that a client asks for, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Changes(Vec<(Setting, Value)>);

impl Changes {
    /// Reads the body: an object of settings under `persistent`, and nothing under `transient`.
    pub(super) fn parse(body: &Map<String, Value>) -> Result<Self, ApiError> {
        let mut changes = Self::default();
        let mut asked = false;
        for (key, value) in body {
            match (key.as_str(), value) {
                ("persistent" | "transient", Value::Null) => {}
                ("transient", Value::Object(settings)) if settings.is_empty() => {}
                ("transient", Value::Object(_)) => {
                    return Err(ApiError::illegal(
                        "[transient] settings are not offered, because no root keeps any state; use [persistent]",
                    ));
                }
                ("persistent", Value::Object(settings)) => {
                    for (name, value) in flatten(settings)? {
                        asked = true;
                        changes.add(&name, value)?;
                    }
                }
                ("persistent" | "transient", _) => {
                    return Err(ApiError::parsing(format!(
                        "[cluster_update_settings_request] [{key}] must be an object"
                    )));
                }
                (other, _) => {
                    return Err(ApiError::parsing(format!(
                        "[cluster_update_settings_request] unknown field [{}]; offered is [persistent]",
                        brief(other)
                    )));
                }
            }
        }
        if asked {
            // What is wrong with the values themselves is wrong whatever the catalog says.
            let mut scratch = SearchDefaults::default();
            changes.set(&mut scratch)?;
            Ok(changes)
        } else {
            Err(ApiError::Validation("no settings to update".to_owned()))
        }
    }

    /// One setting; a null resets it, and all that a name with `*` fits.
    fn add(&mut self, name: &str, value: &Value) -> Result<(), ApiError> {
        if value.is_null() && name.contains('*') {
            let meant = Setting::ALL
                .into_iter()
                .filter(|setting| fits(name, setting.name()));
            self.0.extend(meant.map(|setting| (setting, Value::Null)));
            return Ok(());
        }
        let setting = Setting::named(name).ok_or_else(|| {
            let offered: Vec<String> = Setting::ALL
                .iter()
                .map(|setting| format!("[{}]", setting.name()))
                .collect();
            ApiError::illegal(format!(
                "persistent setting [{}], not recognized; offered are {}",
                brief(name),
                offered.join(", ")
            ))
        })?;
        self.0.push((setting, value.clone()));
        Ok(())
    }

    /// Makes the changes, all or none.
    pub(super) fn apply(&self, defaults: &mut SearchDefaults) -> Result<(), ApiError> {
        self.set(defaults)?;
        check(defaults)
    }

    fn set(&self, defaults: &mut SearchDefaults) -> Result<(), ApiError> {
        self.0
            .iter()
            .try_for_each(|(setting, value)| setting.set(defaults, value))
    }

    /// What was set, as text; resets are not there.
    pub(super) fn shown(&self) -> Vec<(&'static str, String)> {
        let mut only = SearchDefaults::default();
        // The values were read before.
        let _ = self.set(&mut only);
        shown(&only)
    }
}

/// All settings that are set, as text.
pub(super) fn shown(defaults: &SearchDefaults) -> Vec<(&'static str, String)> {
    Setting::ALL
        .into_iter()
        .filter_map(|setting| Some((setting.name(), setting.shown(defaults)?)))
        .collect()
}
