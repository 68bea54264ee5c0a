//! How mappings grow: fields are added by documents and by clients, and a few parameters change.

use serde_json::{Map, Value};

use super::render::parameters;
use super::{Field, FieldKind, METADATA, Mapping, MappingError, Object, Options, TextLayout};
use crate::analysis::Analyzer;
use crate::limits;

/// Parameters that say how values are read, or how words of queries are; they may change.
const CHANGEABLE: [&str; 6] = [
    "coerce",
    "copy_to",
    "ignore_above",
    "ignore_malformed",
    "meta",
    "search_analyzer",
];

impl Mapping {
    /// Adds a field that is not there.
    ///
    /// # Errors
    /// [`MappingError`] if the name is taken by a field or by an object, or a limit is reached.
    pub fn add(&mut self, path: &str, mut field: Field, slots_max: u16) -> Result<(), MappingError> {
        self.check_path(path)?;
        if self.is_object(path) {
            return Err(MappingError::ObjectConflict {
                path: path.to_owned(),
            });
        }
        if let Some(there) = self.fields.get(path) {
            return Err(MappingError::Conflict {
                path: path.to_owned(),
                there: there.kind.name(),
                asked: field.kind.name(),
            });
        }
        self.assign(path, &mut field, slots_max)?;
        for (name, sub) in &mut field.fields {
            self.assign_slot(
                &format!("{path}.{name}"),
                &mut sub.kind,
                sub.options.not_indexed,
                slots_max,
            )?;
        }
        self.fields.insert(path.to_owned(), field);
        self.check_count()
    }

    /// Says something of an object.
    ///
    /// # Errors
    /// [`MappingError`] if the name is taken by a field or is none.
    pub fn add_object(&mut self, path: &str, object: Object) -> Result<(), MappingError> {
        self.check_path(path)?;
        if self.fields.contains_key(path) {
            return Err(MappingError::ObjectConflict {
                path: path.to_owned(),
            });
        }
        self.objects.insert(path.to_owned(), object);
        self.check_count()
    }

    /// Adds what documents need of another mapping and is not there; what is there stays as it is.
    ///
    /// # Errors
    /// As [`Mapping::add`]: two documents that make one field two things at once.
    pub fn grow(&mut self, other: &Self, slots_max: u16) -> Result<(), MappingError> {
        let mut grown = self.clone();
        for (path, field) in &other.fields {
            match grown.fields.get(path) {
                Some(there) if there.kind.name() == field.kind.name() => {}
                _ => grown.add(path, field.clone(), slots_max)?,
            }
        }
        *self = grown;
        Ok(())
    }

    /// Adds all of another mapping's definitions and changes what may change, or does nothing.
    ///
    /// # Errors
    /// [`MappingError`] for a parameter that cannot change, a name that is taken, or past a limit.
    pub fn merge(&mut self, other: &Self, slots_max: u16) -> Result<(), MappingError> {
        let mut merged = self.clone();
        for (path, object) in &other.objects {
            merged.merge_object(path, object)?;
        }
        for (path, field) in &other.fields {
            merged.merge_field(path, field, slots_max)?;
        }
        let (rules, more) = (&mut merged.rules, &other.rules);
        change(&mut rules.dynamic, more.dynamic.as_ref());
        change(&mut rules.date_detection, more.date_detection.as_ref());
        change(&mut rules.numeric_detection, more.numeric_detection.as_ref());
        change(&mut rules.date_formats, more.date_formats.as_ref());
        change(&mut rules.meta, more.meta.as_ref());
        merged.check_copies()?;
        *self = merged;
        Ok(())
    }

    fn merge_object(&mut self, path: &str, object: &Object) -> Result<(), MappingError> {
        let Some(there) = self.objects.get_mut(path) else {
            if object.disabled && self.is_object(path) {
                return Err(enabled(path));
            }
            return self.add_object(path, object.clone());
        };
        if there.disabled != object.disabled {
            return Err(enabled(path));
        }
        change(&mut there.dynamic, object.dynamic.as_ref());
        Ok(())
    }

    fn merge_field(&mut self, path: &str, field: &Field, slots_max: u16) -> Result<(), MappingError> {
        let Some(mut there) = self.fields.get(path).cloned() else {
            check_layout(path, &field.kind)?;
            for (name, sub) in &field.fields {
                check_layout(&format!("{path}.{name}"), &sub.kind)?;
            }
            return self.add(path, field.clone(), slots_max);
        };
        check_change(path, (&there.kind, &there.options), (&field.kind, &field.options))?;
        there.kind = in_place_of(&there.kind, &field.kind);
        there.options = field.options.clone();
        for (name, sub) in &field.fields {
            let path = format!("{path}.{name}");
            let mut sub = sub.clone();
            if let Some(before) = there.fields.get(name) {
                check_change(&path, (&before.kind, &before.options), (&sub.kind, &sub.options))?;
                sub.kind = in_place_of(&before.kind, &sub.kind);
            } else {
                check_layout(&path, &sub.kind)?;
                self.assign_slot(&path, &mut sub.kind, sub.options.not_indexed, slots_max)?;
            }
            there.fields.insert(name.clone(), sub);
        }
        self.fields.insert(path.to_owned(), there);
        self.check_count()
    }

    /// Copies lead to paths that can be fields.
    pub(super) fn check_copies(&self) -> Result<(), MappingError> {
        for (path, field) in &self.fields {
            for target in &field.options.copy_to {
                let is_sub_field = !self.fields.contains_key(target) && self.lookup(target).is_some();
                if self.is_object(target) || is_sub_field {
                    return Err(MappingError::Value {
                        path: path.clone(),
                        parameter: "copy_to".to_owned(),
                        reason: format!(
                            "[{target}] is an object or a multi-field, and gets no values of its own"
                        ),
                    });
                }
                check_name(target)?;
            }
        }
        Ok(())
    }

    fn assign(&mut self, path: &str, field: &mut Field, slots_max: u16) -> Result<(), MappingError> {
        self.assign_slot(path, &mut field.kind, field.options.not_indexed, slots_max)
    }

    fn assign_slot(
        &mut self,
        path: &str,
        kind: &mut FieldKind,
        not_indexed: bool,
        slots_max: u16,
    ) -> Result<(), MappingError> {
        let FieldKind::Text { slot, .. } = kind else {
            return Ok(());
        };
        *slot = None;
        if not_indexed {
            return Ok(());
        }
        if self.slots_used >= slots_max {
            return Err(MappingError::TextFields {
                path: path.to_owned(),
                limit: slots_max,
            });
        }
        *slot = Some(self.slots_used);
        self.slots_used += 1;
        Ok(())
    }

    fn check_count(&self) -> Result<(), MappingError> {
        let count: usize = self.fields.values().map(|field| 1 + field.fields.len()).sum();
        if count + self.objects.len() > limits::MAPPING_FIELDS_MAX {
            Err(MappingError::Fields)
        } else {
            Ok(())
        }
    }

    /// A path may not lead through a field that holds values.
    fn check_path(&self, path: &str) -> Result<(), MappingError> {
        check_name(path)?;
        let through = path
            .match_indices('.')
            .map(|(at, _)| &path[..at])
            .find(|prefix| self.fields.contains_key(*prefix));
        match through {
            Some(through) => Err(MappingError::ObjectConflict {
                path: through.to_owned(),
            }),
            None => Ok(()),
        }
    }
}

/// A name that a field or an object can have.
fn check_name(path: &str) -> Result<(), MappingError> {
    if path.len() > limits::FIELD_NAME_BYTES_MAX {
        return Err(MappingError::LongName { bytes: path.len() });
    }
    if path.split('.').count() > limits::MAPPING_DEPTH_MAX {
        return Err(MappingError::Depth {
            path: path.chars().take(64).collect(),
        });
    }
    if path.split('.').any(str::is_empty) || path.contains(['\u{0}', '\u{1}']) || METADATA.contains(&path) {
        return Err(MappingError::Name {
            path: path.chars().take(64).collect(),
        });
    }
    Ok(())
}

/// Slots of another layout than the usual are made with the index.
fn check_layout(path: &str, kind: &FieldKind) -> Result<(), MappingError> {
    match kind {
        FieldKind::Text {
            layout,
            slot: Some(_),
            ..
        } if *layout != TextLayout::default() => Err(MappingError::LateLayout {
            path: path.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Whether a field that is there can become what is asked for.
fn check_change(
    path: &str,
    (kind, options): (&FieldKind, &Options),
    (asked, asked_options): (&FieldKind, &Options),
) -> Result<(), MappingError> {
    if kind.name() != asked.name() {
        return Err(MappingError::Conflict {
            path: path.to_owned(),
            there: kind.name(),
            asked: asked.name(),
        });
    }
    let (there, asked) = (parameters(kind, options), parameters(asked, asked_options));
    let changed = there
        .keys()
        .chain(asked.keys())
        .filter(|parameter| !CHANGEABLE.contains(&parameter.as_str()))
        .find(|parameter| said(&there, parameter) != said(&asked, parameter));
    let Some(parameter) = changed else { return Ok(()) };
    let text = |value: Option<&Value>| match value {
        None => usual(parameter).to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    Err(MappingError::Parameter {
        path: path.to_owned(),
        parameter: parameter.clone(),
        there: text(there.get(parameter)),
        asked: text(asked.get(parameter)),
    })
}

/// A parameter that is not the usual one.
fn said<'a>(parameters: &'a Map<String, Value>, parameter: &str) -> Option<&'a Value> {
    let value = parameters.get(parameter)?;
    // The usual analyzer is named beside another one for queries.
    (parameter != "analyzer" || value != Analyzer::standard().name()).then_some(value)
}

/// What a parameter is that a mapping does not name.
fn usual(parameter: &str) -> &'static str {
    match parameter {
        "analyzer" => "default",
        "doc_values" | "index" | "norms" => "true",
        "format" => "strict_date_optional_time||epoch_millis",
        "index_options" => "positions",
        "position_increment_gap" => "100",
        _ => "null",
    }
}

/// A definition with the slot of the one that it replaces.
fn in_place_of(there: &FieldKind, asked: &FieldKind) -> FieldKind {
    let mut asked = asked.clone();
    if let FieldKind::Text { slot, .. } = &mut asked {
        *slot = there.slot();
    }
    asked
}

fn enabled(path: &str) -> MappingError {
    MappingError::Value {
        path: path.to_owned(),
        parameter: "enabled".to_owned(),
        reason: "it can't be updated for an object mapping".to_owned(),
    }
}

/// What is said replaces what was.
fn change<T: Clone>(there: &mut Option<T>, asked: Option<&T>) {
    if let Some(asked) = asked {
        *there = Some(asked.clone());
    }
}
