//! Searches of points in time: the same documents for every page, in an order that tells any two of them apart.

use std::time::Duration;

use serde_json::Value;
use shared::deadline::Deadline;
use shared::wire::Pin;
use shared::wire::sort::{SORT_KEYS_MAX, SortValue};

use super::searching::Aim;
use super::{App, Pit};
use crate::dsl::{MissingSpec, SearchCommand, SortSpec};
use crate::error::ApiError;
use crate::search::{AsOf, FoundDocument, SearchResult};

/// The criterion that tells apart what others do not.
const TIEBREAK: &str = "_shard_doc";

/// How a point in time is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PitUse {
    /// How long to keep it from now on at least, if anybody said.
    pub keep: Option<Duration>,
    /// What `now` means in the query; see [`AsOf::now_ms`].
    pub now_ms: Option<i64>,
}

impl App {
    /// Searches a point in time. An order of fields is continued by the document key, so that pages never part what is equal.
    ///
    /// # Errors
    /// As [`App::search_all`]; [`ApiError::NoSearchContext`] if the point in time is gone.
    pub async fn search_pit(
        &self,
        pit: &Pit,
        how: PitUse,
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let result = self.found_at(pit, how, command, deadline).await?;
        if let Some(keep) = how.keep {
            self.keep_pit(pit, keep);
        }
        let of_group = |inner: SearchCommand| async move { self.found_at(pit, how, &inner, deadline).await };
        self.with_inner_hits(result, command, of_group).await
    }

    /// The hits, without those of their groups.
    async fn found_at(
        &self,
        pit: &Pit,
        PitUse { keep, now_ms }: PitUse,
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let catalog = self.check_pit(pit)?;
        let keep_ms = keep.map_or(0, |keep| u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
        let pin = Some(Pin { id: pit.id, keep_ms });
        let command = SearchCommand {
            sort: with_tiebreak(command.sort.clone())?,
            pit: None,
            ..command.clone()
        };
        let as_of = |position_min| AsOf {
            position_min,
            pin,
            now_ms,
        };
        let result = if let [only] = pit.indexes.as_slice() {
            let searches = &self.parts.searches;
            let result = searches
                .search(&catalog, &only.name, &command, as_of(only.position), deadline)
                .await?;
            searches
                .with_top_hits(result, (&command, &catalog.search), deadline)
                .await?
        } else {
            let aims = pit.indexes.iter().zip(0..).map(|(index, place)| Aim {
                name: index.name.clone(),
                as_of: as_of(index.position),
                search_after: after_in(&command, place),
            });
            let mut result = self.search_several(aims.collect(), &command, deadline).await?;
            name_places(&mut result.hits, &command.sort, pit);
            result
        };
        Ok(result)
    }
}

/// Adds the document key to an order that does not have it.
fn with_tiebreak(mut sort: Vec<SortSpec>) -> Result<Vec<SortSpec>, ApiError> {
    if sort.is_empty() || sort.iter().any(|spec| spec.field == TIEBREAK) {
        return Ok(sort);
    }
    if sort.len() >= SORT_KEYS_MAX {
        return Err(ApiError::illegal(format!(
            "[sort] has [{}] criteria, and a search of a point in time needs one more: the limit is [{SORT_KEYS_MAX}]",
            sort.len()
        )));
    }
    sort.push(SortSpec {
        field: TIEBREAK.to_owned(),
        descending: false,
        mode: None,
        missing: MissingSpec::Last,
        unmapped: false,
    });
    Ok(sort)
}

/// Where the document key stands in an order.
fn place_of_tiebreak(sort: &[SortSpec]) -> Option<(usize, bool)> {
    let mut places = sort.iter().enumerate();
    let (at, spec) = places.find(|(_, spec)| spec.field == TIEBREAK)?;
    Some((at, spec.descending))
}

/// What the hits of one of several indexes come after. Documents of different indexes may have the same key: those of the
/// indexes after the one where the last page ended are yet to come.
fn after_in(command: &SearchCommand, place: usize) -> Vec<Value> {
    let mut after = command.search_after.clone();
    let Some((at, descending)) = place_of_tiebreak(&command.sort) else {
        return after;
    };
    let Some((key, last)) = after.get(at).and_then(read_place) else {
        return after;
    };
    let key = match (place > last, descending) {
        (false, _) => key,
        (true, false) => key.saturating_sub(1),
        (true, true) => key.saturating_add(1),
    };
    after[at] = key.to_string().into();
    after
}

/// A document key, and the place of its index.
fn read_place(value: &Value) -> Option<(u64, usize)> {
    let (key, place) = value.as_str()?.split_once(':')?;
    Some((key.parse().ok()?, place.parse().ok()?))
}

/// Shows the document keys of hits along with the places of their indexes.
fn name_places(hits: &mut [FoundDocument], sort: &[SortSpec], pit: &Pit) {
    let Some((at, _)) = place_of_tiebreak(sort) else {
        return;
    };
    for hit in hits {
        let place = pit
            .indexes
            .iter()
            .position(|index| hit.index.as_deref() == Some(&*index.name));
        if let (Some(place), Some(value)) = (place, hit.sort.get_mut(at))
            && let SortValue::Key(key) = value
        {
            *value = SortValue::Text(format!("{key}:{place}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Borrow;

    use serde_json::json;

    use super::*;

    fn sorted(body: impl Borrow<Value>) -> SearchCommand {
        let command = SearchCommand::parse(body.borrow().to_string().as_bytes(), &[]).unwrap();
        SearchCommand {
            sort: with_tiebreak(command.sort.clone()).unwrap(),
            ..command
        }
    }

    #[test]
    fn an_order_of_fields_is_continued_by_the_document_key_and_the_order_by_score_is_not() {
        let fields = |body| -> Vec<String> {
            let sort = sorted(body).sort;
            sort.into_iter().map(|spec| spec.field).collect()
        };
        assert_eq!(
            fields(json!({"sort": ["a", "_score"]})),
            ["a", "_score", "_shard_doc"]
        );
        assert_eq!(fields(json!({"sort": [{"_shard_doc": "desc"}]})), ["_shard_doc"]);
        assert!(fields(json!({})).is_empty());
        let most = vec!["a"; SORT_KEYS_MAX];
        let command = SearchCommand::parse(json!({"sort": most}).to_string().as_bytes(), &[]).unwrap();
        assert!(with_tiebreak(command.sort).is_err());
    }

    #[test]
    fn the_same_key_in_a_later_index_is_still_to_come() {
        let command = sorted(json!({"sort": ["a"], "search_after": ["x", "7:1"]}));
        let keys: Vec<Value> = (0..3).map(|place| after_in(&command, place)[1].clone()).collect();
        assert_eq!(keys, ["7", "7", "6"]);
        let command = sorted(json!({"sort": [{"_shard_doc": "desc"}], "search_after": ["7:0"]}));
        let keys: Vec<Value> = (0..2).map(|place| after_in(&command, place)[0].clone()).collect();
        assert_eq!(keys, ["7", "8"]);
        let strange = sorted(json!({"sort": ["_shard_doc"], "search_after": ["7:x"]}));
        assert_eq!(after_in(&strange, 0), [json!("7:x")]);
    }
}
