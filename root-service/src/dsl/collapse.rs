//! `collapse` of a search: only the best hit of all that have the same value, and along with it others of them.

use serde_json::Value;
use shared::limits;
use shared::query::Query;

use super::read::{At, missing, unsupported};
use super::search_body::SearchCommand;
use super::sort::SortSpec;
use crate::error::{ApiError, brief};

/// The keys of `inner_hits` that are read as those of a search are.
const INNER_KEYS: [&str; 14] = [
    "_source",
    "docvalue_fields",
    "explain",
    "fields",
    "from",
    "highlight",
    "seq_no_primary_term",
    "size",
    "sort",
    "stored_fields",
    "track_scores",
    "version",
    "collapse",
    "script_fields",
];
/// Of these, those that are not offered.
const INNER_KEYS_REFUSED: [&str; 2] = ["collapse", "script_fields"];
/// Hits shown of each group unless the client says otherwise.
const INNER_SIZE_DEFAULT: u32 = 3;

/// How hits are collapsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Collapse {
    /// The field whose value makes a group.
    pub field: String,
    /// What to show of each group.
    pub inner_hits: Vec<InnerHits>,
    /// How many groups are searched at a time, if the client said.
    pub groups_at_once: Option<usize>,
}

/// Some hits of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct InnerHits {
    /// How they are called in the answer.
    pub name: String,
    /// The search for them; the group's value is not in its query yet.
    pub command: SearchCommand,
}

impl Collapse {
    /// Reads `{"field": "user", "inner_hits": {…}, …}`.
    ///
    /// # Errors
    /// A 400 that names what is wrong.
    pub(super) fn parse(value: &Value) -> Result<Self, ApiError> {
        const NAME: &str = "collapse";
        let (mut field, mut inner_hits, mut groups_at_once) = (None, Vec::new(), None);
        for (key, value) in At::new("search", NAME).object(value)? {
            let at = At::new(NAME, key);
            match key.as_str() {
                "field" => field = Some(at.text(value)?),
                "inner_hits" => inner_hits = several(value)?,
                "max_concurrent_group_searches" => {
                    let least_one = |at_once: &usize| *at_once > 0;
                    let at_once = usize::try_from(at.whole(value)?).ok().filter(least_one);
                    groups_at_once = Some(at_once.ok_or_else(|| at.expected("a number above 0", value))?);
                }
                other => return Err(unsupported(NAME, other)),
            }
        }
        Ok(Self {
            field: field.ok_or_else(|| missing(NAME, "field"))?,
            inner_hits,
            groups_at_once,
        })
    }

    /// Checks what else a search says beside it.
    pub(super) fn check(&self, command: &SearchCommand) -> Result<(), ApiError> {
        let searches = self.inner_hits.len().saturating_mul(command.size as usize);
        if searches > limits::GROUP_SEARCHES_MAX {
            return Err(ApiError::illegal(format!(
                "[inner_hits] of [collapse] ask for [{searches}] searches, one for each of the [size] hits and each name; the limit is [{}]",
                limits::GROUP_SEARCHES_MAX
            )));
        }
        if !command.search_after.is_empty() && command.pit.is_some() {
            return Err(ApiError::illegal(
                "cannot use `collapse` in conjunction with `search_after` and a point in time: its order tells the hits of a group apart",
            ));
        }
        let same = |sort: &[SortSpec]| matches!(sort, [only] if only.field == self.field);
        if !command.search_after.is_empty() && !same(&command.sort) {
            return Err(ApiError::illegal(
                "collapse field and sort field must be the same when use `collapse` in conjunction with `search_after`",
            ));
        }
        Ok(())
    }
}

impl InnerHits {
    /// The search for the hits of a group, given what its members match, among those of the search that found it.
    pub fn of_group(&self, of: &SearchCommand, members: &Query) -> SearchCommand {
        let query = Query::filtered(of.query.clone(), members.clone());
        SearchCommand {
            query,
            post_filter: of.post_filter.clone(),
            pit: of.pit.clone(),
            timeout: of.timeout,
            allow_partial_search_results: of.allow_partial_search_results,
            min_coverage: of.min_coverage,
            coverage_wait_min: of.coverage_wait_min,
            coverage_wait_max: of.coverage_wait_max,
            rest_total_hits_as_int: of.rest_total_hits_as_int,
            ..self.command.clone()
        }
    }
}

/// One, or a list of them.
fn several(value: &Value) -> Result<Vec<InnerHits>, ApiError> {
    let each = match value {
        Value::Array(each) => each.as_slice(),
        one => std::slice::from_ref(one),
    };
    if each.len() > limits::INNER_HITS_MAX {
        return Err(ApiError::illegal(format!(
            "[inner_hits] of [collapse] has [{}] entries, the limit is [{}]",
            each.len(),
            limits::INNER_HITS_MAX
        )));
    }
    let mut read: Vec<InnerHits> = Vec::with_capacity(each.len());
    for value in each {
        let inner = one(value)?;
        if read.iter().any(|other| other.name == inner.name) {
            return Err(ApiError::illegal(format!(
                "[inner_hits] already contains an entry for key [{}]",
                brief(&inner.name)
            )));
        }
        read.push(inner);
    }
    Ok(read)
}

fn one(value: &Value) -> Result<InnerHits, ApiError> {
    const NAME: &str = "inner_hits";
    let mut body = At::new("collapse", NAME).object(value)?.clone();
    let name = body.shift_remove("name");
    let name = name.map(|name| At::new(NAME, "name").text(&name)).transpose()?;
    let of_nested = body.shift_remove("ignore_unmapped");
    if of_nested.is_some_and(|truth| truth != Value::Bool(false)) {
        return Err(unsupported(NAME, "ignore_unmapped"));
    }
    let unknown = |key: &&String| !INNER_KEYS.contains(&key.as_str());
    let refused = |key: &&String| INNER_KEYS_REFUSED.contains(&key.as_str());
    if let Some(key) = body.keys().find(|key| unknown(key) || refused(key)) {
        return Err(unsupported(NAME, key));
    }
    let mut command = SearchCommand {
        size: INNER_SIZE_DEFAULT,
        ..SearchCommand::default()
    };
    command.read_object(&body)?;
    let window = u64::from(command.from) + u64::from(command.size);
    if window > limits::INNER_WINDOW_MAX {
        return Err(ApiError::illegal(format!(
            "Inner result window is too large, the inner hit definition's [{}]'s from + size must be less than or equal to: [{}] but was [{window}]",
            brief(name.as_deref().unwrap_or_default()),
            limits::INNER_WINDOW_MAX
        )));
    }
    Ok(InnerHits {
        name: name.ok_or_else(|| missing(NAME, "name"))?,
        command,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn command(body: &Value) -> Result<SearchCommand, ApiError> {
        SearchCommand::parse(body.to_string().as_bytes(), &[])
    }

    #[test]
    fn groups_and_what_to_show_of_them_are_read() {
        let read = command(&json!({
            "collapse": {
                "field": "user",
                "inner_hits": [{"name": "a", "size": 2, "sort": ["n"]}, {"name": "b", "_source": false}],
                "max_concurrent_group_searches": 4,
            },
        }));
        let collapse = read.unwrap().collapse.unwrap();
        assert_eq!(
            (collapse.field.as_str(), collapse.groups_at_once),
            ("user", Some(4))
        );
        let [a, b] = collapse.inner_hits.as_slice() else {
            panic!("{collapse:?}")
        };
        assert_eq!(
            (a.name.as_str(), a.command.size, a.command.sort.len()),
            ("a", 2, 1)
        );
        assert_eq!((b.command.size, b.command.source.is_shown()), (3, false));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (body, reason) in [
            (json!({"collapse": {}}), "[collapse] requires [field]"),
            (
                json!({"collapse": {"field": "a", "x": 1}}),
                "does not support [x]",
            ),
            (
                json!({"collapse": {"field": "a", "inner_hits": {"size": 1}}}),
                "[inner_hits] requires [name]",
            ),
            (
                json!({"collapse": {"field": "a", "inner_hits": {"name": "n", "aggs": {}}}}),
                "[inner_hits] query does not support [aggs]",
            ),
            (
                json!({"collapse": {"field": "a", "inner_hits": {"name": "n", "collapse": {"field": "b"}}}}),
                "does not support [collapse]",
            ),
            (
                json!({"collapse": {"field": "a", "inner_hits": [{"name": "n"}, {"name": "n"}]}}),
                "already contains an entry for key [n]",
            ),
            (
                json!({"collapse": {"field": "a", "inner_hits": {"name": "n", "size": 101}}}),
                "Inner result window is too large",
            ),
            (
                json!({"size": 2_000, "collapse": {"field": "a", "inner_hits": {"name": "n"}}}),
                "the limit is [1000]",
            ),
            (
                json!({"sort": ["b"], "search_after": [1], "collapse": {"field": "a"}}),
                "collapse field and sort field must be the same",
            ),
            (
                json!({"collapse": {"field": "a", "max_concurrent_group_searches": 0}}),
                "a number above 0",
            ),
        ] {
            let error = command(&body).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        assert!(command(&json!({"sort": ["a"], "search_after": [1], "collapse": {"field": "a"}})).is_ok());
    }
}
