//! Bodies of settings calls, in all their forms.

use serde_json::{Value, json};
use shared::catalog::SearchDefaults;

use super::changes::{Changes, shown};
use super::object;
use crate::error::ApiError;

fn applied(defaults: SearchDefaults, body: &Value) -> Result<SearchDefaults, ApiError> {
    let mut defaults = defaults;
    Changes::parse(body.as_object().unwrap())?.apply(&mut defaults)?;
    Ok(defaults)
}

fn all_set() -> SearchDefaults {
    SearchDefaults {
        timeout_ms: Some(2_000),
        allow_partial_results: Some(true),
        min_coverage: Some(0.95),
        coverage_wait_min_ms: Some(0),
        coverage_wait_max_ms: Some(90),
    }
}

#[test]
fn every_form_of_a_setting_means_the_same() {
    let nested = json!({"persistent": {"search": {
        "default_search_timeout": "2s", "default_allow_partial_results": "true", "min_coverage": "0.95",
        "coverage_wait_min": "0ms", "coverage_wait_max": "90ms",
    }}});
    let dotted = json!({"transient": {}, "persistent": {
        "search.default_search_timeout": "2000ms", "search.default_allow_partial_results": true,
        "search.min_coverage": 0.95, "search.coverage_wait_min": "0s", "search": {"coverage_wait_max": "90ms"},
    }});
    for body in [nested, dotted] {
        assert_eq!(
            applied(SearchDefaults::default(), &body).unwrap(),
            all_set(),
            "{body}"
        );
    }
}

#[test]
fn what_is_set_is_shown_as_text_nested_or_dotted() {
    assert_eq!(
        object(shown(&all_set()), false),
        json!({"search": {
            "default_search_timeout": "2s", "default_allow_partial_results": "true", "min_coverage": "0.95",
            "coverage_wait_min": "0ms", "coverage_wait_max": "90ms",
        }})
    );
    let only = SearchDefaults {
        coverage_wait_max_ms: Some(60_000),
        ..SearchDefaults::default()
    };
    assert_eq!(
        object(shown(&only), true),
        json!({"search.coverage_wait_max": "1m"})
    );
    assert_eq!(object(shown(&SearchDefaults::default()), false), json!({}));
}

#[test]
fn a_null_resets_one_setting_and_a_star_all_that_fit() {
    let body = json!({"persistent": {"search.min_coverage": null, "search.default_search_timeout": "-1"}});
    let left = applied(all_set(), &body).unwrap();
    assert_eq!((left.min_coverage, left.timeout_ms), (None, None));
    assert_eq!(left.coverage_wait_max_ms, Some(90));
    for body in [
        json!({"persistent": {"search.*": null}}),
        json!({"persistent": {"search": {"*": null}}}),
    ] {
        assert_eq!(
            applied(all_set(), &body).unwrap(),
            SearchDefaults::default(),
            "{body}"
        );
    }
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let persistent = |name: &str, value: Value| json!({"persistent": {name: value}});
    let waits = json!({"persistent": {"search": {"coverage_wait_min": "6ms", "coverage_wait_max": "5ms"}}});
    for (body, reason) in [
        (
            persistent("cluster.name", json!("x")),
            "persistent setting [cluster.name], not recognized",
        ),
        (
            persistent("search.coverage", json!(null)),
            "persistent setting [search.coverage], not recognized",
        ),
        (
            persistent("search", json!(null)),
            "persistent setting [search], not recognized",
        ),
        (
            persistent("search.min_coverage", json!(1.5)),
            "[search.min_coverage] must be a share of the documents from [0] to [1], but was [1.5]",
        ),
        (
            persistent("search.min_coverage", json!([])),
            "from [0] to [1], but was [[]]",
        ),
        (
            persistent("search.default_search_timeout", json!("0s")),
            "must be longer than nothing",
        ),
        (
            persistent("search.default_search_timeout", json!("601s")),
            "the limit is [600s]",
        ),
        (
            persistent("search.default_search_timeout", json!(5)),
            "expects a time as text",
        ),
        (
            persistent("search.default_search_timeout", json!("500micros")),
            "in whole milliseconds",
        ),
        (
            persistent("search.default_allow_partial_results", json!("maybe")),
            "Failed to parse value [maybe] of setting [search.default_allow_partial_results]",
        ),
        (
            waits,
            "[search.coverage_wait_min] must not be longer than [search.coverage_wait_max]",
        ),
        (
            json!({"transient": {"search.min_coverage": 1}}),
            "use [persistent]",
        ),
        (json!({"persistent": []}), "[persistent] must be an object"),
        (json!({"permanent": {}}), "unknown field [permanent]"),
        (json!({}), "no settings to update"),
        (
            json!({"persistent": {}, "transient": null}),
            "no settings to update",
        ),
    ] {
        let error = applied(SearchDefaults::default(), &body).unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.to_string().contains(reason), "{body}: {error}");
    }
}

#[test]
fn settings_that_were_there_can_contradict_new_ones() {
    let nothing_less = json!({"persistent": {"search.default_allow_partial_results": false}});
    let error = applied(all_set(), &nothing_less).unwrap_err().to_string();
    assert!(error.contains("[search.min_coverage] of [0.95]"), "{error}");
    assert!(
        error.contains("[search.default_allow_partial_results] of [false]"),
        "{error}"
    );
    let short = json!({"persistent": {"search.coverage_wait_min": "91ms"}});
    assert!(applied(all_set(), &short).is_err());
    let both =
        json!({"persistent": {"search": {"min_coverage": null, "default_allow_partial_results": false}}});
    assert_eq!(
        applied(all_set(), &both).unwrap().allow_partial_results,
        Some(false)
    );
}
