//! `composite`, resolved.

use serde_json::{Map, Value};
use shared::aggregation::{Form, Keep, Key, Keyed, Kind as Wire, Like, Source};
use shared::mapping::FieldKind;

use super::buckets::{nearest, rounding};
use super::{CompositePart, Resolved, Resolver, Shown, What};
use crate::dsl::aggregations::{Composite, CompositeSource, CompositeValues};
use crate::error::{ApiError, brief};

/// The key of documents without a value: it comes first among ascending keys and last among descending ones, unless the
/// client said otherwise.
fn key_of_missing(source: &CompositeSource) -> Key {
    match source.missing_last {
        Some(last) if last != source.descending => Key::NullLast,
        _ => Key::Null,
    }
}

impl Resolver<'_> {
    pub(super) fn composite(&self, composite: &Composite) -> Result<Resolved, ApiError> {
        let (mut sources, mut parts) = (Vec::new(), Vec::new());
        for source in &composite.sources {
            let (resolved, part) = self.composite_source(source)?;
            sources.push(resolved);
            parts.push(part);
        }
        let after = match &composite.after {
            Some(after) => Some(self.after(&composite.sources, &parts, after)?),
            None => None,
        };
        let keep = Keep::ByKey {
            descending: parts.iter().map(|part| part.descending).collect(),
            after,
            max: composite.size,
        };
        let what = What::Composite {
            sources: parts,
            size: composite.size as usize,
        };
        let keyed = Keyed {
            sources,
            keep,
            zeros: false,
        };
        Ok((Wire::Keyed(keyed), what))
    }

    fn composite_source(&self, source: &CompositeSource) -> Result<(Source, CompositePart), ApiError> {
        let field = &source.field;
        let (column, kind) = match source.values {
            CompositeValues::Terms => self.any_column(field)?,
            CompositeValues::Histogram { .. } => self.numeric_column(field, "composite")?,
            CompositeValues::Dates { .. } => self.date_column(field, "composite")?,
        };
        let (form, zone_ms, interval) = match source.values {
            CompositeValues::Terms => (Form::Value, 0, None),
            CompositeValues::Histogram { interval } => {
                let form = Form::Histogram {
                    interval,
                    offset: 0.0,
                };
                (form, 0, Some(interval))
            }
            CompositeValues::Dates {
                interval,
                zone_ms,
                offset_ms,
            } => {
                let rounding = rounding(interval, zone_ms, offset_ms);
                (Form::Dates(rounding), zone_ms, None)
            }
        };
        let part = CompositePart {
            name: source.name.clone(),
            shown: match interval {
                Some(_) => Shown::Plain,
                None => Self::shown(kind, source.format.as_deref(), zone_ms)?,
            },
            descending: source.descending,
            interval,
        };
        let source = Source {
            column,
            missing: source.missing_bucket.then(|| key_of_missing(source)),
            form,
            only: None,
            except: Vec::new(),
            like: Like::default(),
        };
        Ok((source, part))
    }

    /// The key that a page begins after.
    fn after(
        &self,
        sources: &[CompositeSource],
        parts: &[CompositePart],
        after: &Map<String, Value>,
    ) -> Result<Key, ApiError> {
        if after.len() != sources.len() {
            return Err(ApiError::illegal(format!(
                "[after] has {} value(s) but [sources] has {}",
                after.len(),
                sources.len()
            )));
        }
        let mut keys = Vec::with_capacity(sources.len());
        for (source, part) in sources.iter().zip(parts) {
            let missing = || ApiError::illegal(format!("Missing value for [after.{}]", brief(&source.name)));
            let value = after.get(&source.name).ok_or_else(missing)?;
            let kind = self.mapping.kind(&source.field);
            keys.push(match (value, part.interval, kind) {
                (Value::Null, ..) => key_of_missing(source),
                (value, Some(interval), _) => {
                    let number = value.as_f64().ok_or_else(missing)?;
                    Key::Long(nearest(number / interval))
                }
                (value, None, Some(FieldKind::Date { .. })) => {
                    let custom = Self::formats(kind, source.format.as_deref())?;
                    Key::Long(self.date(&source.field, &custom, value)?)
                }
                (value, None, Some(kind)) => self.key(&source.field, kind, value)?.ok_or_else(missing)?,
                (_, None, None) => Key::Null,
            });
        }
        // A key of one source is bare, as buckets have it.
        Ok(if let [only] = keys.as_mut_slice() {
            std::mem::replace(only, Key::Null)
        } else {
            Key::Tuple(keys)
        })
    }
}
