//! The same aggregations over several indexes: fields that an index does not have are what they are in the others, whole
//! numbers beside real ones are real, and values of other types do not go together.

use std::collections::BTreeMap;
use std::mem::discriminant;
use std::sync::Arc;

use shared::aggregation::{
    Aggregation, Column, ColumnKind, Distinct, Form, Key, Kind as Wire, Partial, Real,
};
use shared::wire::sort::{SortBy, SortKey};

use super::{Node, Plan, Shown, What};
use crate::error::{ApiError, brief};

impl Plan {
    /// One plan for all of these, in which `Plan::adapt` puts what the shards of each sent.
    ///
    /// # Errors
    /// A 400 that names the aggregation, if a field of it has values of different types.
    pub fn unified<'a>(plans: impl IntoIterator<Item = &'a Arc<Self>>) -> Result<Option<Self>, ApiError> {
        let mut plans = plans.into_iter();
        let Some(first) = plans.next() else {
            return Ok(None);
        };
        let mut unified = Self::clone(first);
        for plan in plans {
            level((&mut unified.wire, &mut unified.nodes), (&plan.wire, &plan.nodes))?;
        }
        Ok(Some(unified))
    }

    /// Results of shards by this plan, as shards would have sent them by the unified one.
    pub fn adapt(&self, partials: &mut [Partial], unified: &Self) {
        adapt_level(partials, &self.wire, &unified.wire);
    }
}

fn level(
    (wire, nodes): (&mut [Aggregation], &mut [Node]),
    (other_wire, other_nodes): (&[Aggregation], &[Node]),
) -> Result<(), ApiError> {
    let computed = |node: &Node| !matches!(node.what, What::Pipeline(_));
    let mine = nodes.iter_mut().filter(|node| computed(node)).zip(wire);
    let theirs = other_nodes.iter().filter(|node| computed(node)).zip(other_wire);
    for ((node, wire), (other_node, other_wire)) in mine.zip(theirs) {
        let mixed = |(one, other): (&'static str, &'static str)| {
            ApiError::illegal(format!(
                "Merging/Reducing the aggregations failed when computing the aggregation [{}] because the field you gave in \
                 the aggregation query existed as two different types in two different indices: [{one}] and [{other}]",
                brief(&node.name)
            ))
        };
        one(
            (&mut wire.kind, &mut node.what),
            (&other_wire.kind, &other_node.what),
        )
        .map_err(mixed)?;
        level(
            (&mut wire.inner, &mut node.inner),
            (&other_wire.inner, &other_node.inner),
        )?;
    }
    Ok(())
}

/// The names of two types that do not go together.
type Mixed = (&'static str, &'static str);

fn one((wire, what): (&mut Wire, &mut What), (other_wire, other_what): (&Wire, &What)) -> Result<(), Mixed> {
    match (&mut *wire, other_wire) {
        (Wire::Keyed(keyed), Wire::Keyed(other)) if parts(what).is_some() => {
            let Some((mut mine, theirs)) = parts(what).zip(parts_of(other_what)) else {
                return Ok(());
            };
            let sources = keyed.sources.iter_mut().zip(&other.sources);
            for ((source, other), (shown, other_shown)) in sources.zip(mine.iter_mut().zip(theirs)) {
                let kind = together((&source.column, shown), (&other.column, other_shown))?;
                if source.column.kind == ColumnKind::Nothing {
                    (*source, **shown) = (other.clone(), other_shown.clone());
                }
                if kind == ColumnKind::Double && source.form == Form::Value {
                    source.missing = source.missing.take().map(real);
                }
                source.column.kind = kind;
            }
            return Ok(());
        }
        (Wire::TopHits { order, .. }, Wire::TopHits { order: other, .. }) => {
            merge_order(order, other)?;
            if let What::TopHits(shown) = what {
                shown.order.clone_from(order);
            }
            return Ok(());
        }
        _ => {}
    }
    let (Some(column), Some(other)) = (column(wire), column(other_wire)) else {
        return Ok(());
    };
    together((column, shown(what)), (other, shown(other_what)))?;
    if column.kind == ColumnKind::Nothing {
        (*wire, *what) = (other_wire.clone(), other_what.clone());
    }
    Ok(())
}

/// What the values of a field are that have a type here and one there.
fn together(
    (column, shown): (&Column, &Shown),
    (other, other_shown): (&Column, &Shown),
) -> Result<ColumnKind, Mixed> {
    use ColumnKind::{Double, Long, Nothing};
    match (column.kind, other.kind) {
        (kind, Nothing) | (Nothing, kind) => return Ok(kind),
        (kind, other) if kind == other && discriminant(shown) == discriminant(other_shown) => {
            return Ok(kind);
        }
        (Long, Double) | (Double, Long) if [shown, other_shown] == [&Shown::Plain; 2] => return Ok(Double),
        _ => {}
    }
    Err((name(column, shown), name(other, other_shown)))
}

fn name(column: &Column, shown: &Shown) -> &'static str {
    match (column.kind, shown) {
        (_, Shown::Date(_)) => "date",
        (ColumnKind::Str, _) => "keyword",
        (ColumnKind::Double, _) => "double",
        (ColumnKind::Boolean, _) => "boolean",
        (ColumnKind::Long | ColumnKind::Nothing, _) => "long",
    }
}

/// How the parts of keys are shown, of what has several.
fn parts(what: &mut What) -> Option<Vec<&mut Shown>> {
    match what {
        What::Terms { shown, .. } => Some(shown.iter_mut().collect()),
        What::Composite { sources, .. } => Some(sources.iter_mut().map(|part| &mut part.shown).collect()),
        _ => None,
    }
}

fn parts_of(what: &What) -> Option<Vec<&Shown>> {
    match what {
        What::Terms { shown, .. } => Some(shown.iter().collect()),
        What::Composite { sources, .. } => Some(sources.iter().map(|part| &part.shown).collect()),
        _ => None,
    }
}

/// The field of what is computed of one, if its type matters.
fn column(wire: &Wire) -> Option<&Column> {
    match wire {
        Wire::Ranges { column, .. }
        | Wire::Stats { column, .. }
        | Wire::Distinct { column, .. }
        | Wire::Quantiles { column, .. } => Some(column),
        Wire::Keyed(keyed) => keyed.sources.first().map(|source| &source.column),
        Wire::Filters { .. }
        | Wire::Missing(_)
        | Wire::Global
        | Wire::Count { .. }
        | Wire::Weighted { .. }
        | Wire::TopHits { .. } => None,
    }
}

fn shown(what: &What) -> &Shown {
    match what {
        What::Dates { shown, .. }
        | What::Ranges { shown, .. }
        | What::Metric { shown, .. }
        | What::Cardinality { shown, .. }
        | What::Percentiles { shown, .. } => shown,
        _ => &Shown::Plain,
    }
}

/// One order of all indexes, as for the hits of a search.
fn merge_order(order: &mut [SortKey], other: &[SortKey]) -> Result<(), Mixed> {
    for (key, other) in order.iter_mut().zip(other) {
        if key.by == SortBy::Nothing {
            *key = other.clone();
        } else if other.by != SortBy::Nothing && other.by != key.by {
            return Err((sort_name(&key.by), sort_name(&other.by)));
        }
    }
    Ok(())
}

fn sort_name(by: &SortBy) -> &'static str {
    match by {
        SortBy::Long(_) => "long",
        SortBy::Double(_) => "double",
        SortBy::Float(_) => "float",
        SortBy::Text(_) => "keyword",
        SortBy::Code(_, code) => code.name(),
        SortBy::Boolean(_) => "boolean",
        SortBy::Score | SortBy::Key | SortBy::Id | SortBy::Nothing => "none",
    }
}

fn adapt_level(partials: &mut [Partial], wire: &[Aggregation], unified: &[Aggregation]) {
    for (partial, (wire, unified)) in partials.iter_mut().zip(wire.iter().zip(unified)) {
        match (&mut *partial, &wire.kind, &unified.kind) {
            (Partial::Buckets(buckets), Wire::Keyed(keyed), Wire::Keyed(target)) => {
                let pairs = || keyed.sources.iter().zip(&target.sources);
                if pairs().any(|(source, target)| source.column.kind != target.column.kind) {
                    let adapted = |key: Key| match key {
                        Key::Tuple(parts) => {
                            let parts = parts.into_iter().zip(pairs());
                            Key::Tuple(parts.map(|(part, pair)| adapt_key(part, pair)).collect())
                        }
                        bare => match pairs().next() {
                            Some(pair) => adapt_key(bare, pair),
                            None => bare,
                        },
                    };
                    let kept = std::mem::take(&mut buckets.kept).into_iter();
                    buckets.kept = kept
                        .map(|(key, bucket)| (adapted(key), bucket))
                        .collect::<BTreeMap<_, _>>();
                }
            }
            (
                Partial::Distinct(distinct),
                Wire::Distinct { column, .. },
                Wire::Distinct {
                    missing: Some(missing),
                    exact_max,
                    column: target,
                },
            ) if column.kind == ColumnKind::Nothing
                && target.kind != ColumnKind::Nothing
                && distinct.count() > 0 =>
            {
                *distinct = Distinct::default();
                distinct.add(Distinct::hash(missing), *exact_max);
            }
            _ => {}
        }
        if let Partial::Buckets(buckets) = partial {
            for bucket in buckets.kept.values_mut() {
                adapt_level(&mut bucket.inner, &wire.inner, &unified.inner);
            }
        }
    }
}

fn adapt_key(
    key: Key,
    (source, target): (&shared::aggregation::Source, &shared::aggregation::Source),
) -> Key {
    if source.column.kind == target.column.kind {
        return key;
    }
    match (source.column.kind, &target.missing) {
        // The only key that an index without the field has.
        (ColumnKind::Nothing, Some(missing)) => missing.clone(),
        _ if source.form == Form::Value => real(key),
        _ => key,
    }
}

/// A whole number as a real one.
fn real(key: Key) -> Key {
    match key {
        Key::Long(number) => Key::Double(Real::new(number as f64)),
        other => other,
    }
}
