//! Options of `highlight`, and what is refused.

use serde_json::{Value, json};

use super::*;

fn options(value: &Value) -> HighlightOptions {
    parse(value).unwrap().fields.remove(0).options
}

#[test]
fn what_a_field_does_not_say_is_what_all_say() {
    let all = json!({
        "pre_tags": ["<b>", "<i>"], "post_tags": "</b>", "fragment_size": "50", "order": "score", "encoder": "html",
        "fields": {"t": {"number_of_fragments": 0, "fragment_size": 7}}
    });
    let options = options(&all);
    assert_eq!(options.pre_tags, ["<b>", "<i>"]);
    assert_eq!(options.post_tags, ["</b>"]);
    assert_eq!((options.fragment_size, options.fragments), (7, 0));
    assert!(options.by_score && options.html && options.require_field_match);
}

#[test]
fn the_defaults_are_elasticsearchs() {
    let of = |field: Value| options(&json!({"fields": {"t": field}}));
    let usual = of(json!({}));
    assert_eq!(
        (usual.fragment_size, usual.fragments, usual.no_match_size),
        (100, 5, 0)
    );
    assert_eq!(
        (usual.pre_tags[0].as_str(), usual.post_tags[0].as_str()),
        ("<em>", "</em>")
    );
    assert_eq!(usual.boundaries, Boundaries::Sentence);
    assert_eq!(of(json!({"type": "plain"})).boundaries, Boundaries::Word);
    let fast = of(json!({"type": "fvh"}));
    assert!(fast.tag_per_word && matches!(fast.boundaries, Boundaries::Chars { scan_max: 20, .. }));
}

#[test]
fn fields_are_an_object_or_a_list_of_objects() {
    let names = |value: Value| -> Vec<String> {
        let spec = parse(&json!({ "fields": value })).unwrap();
        spec.fields.into_iter().map(|field| field.name).collect()
    };
    assert_eq!(names(json!({"b": {}, "a*": {}})), ["b", "a*"]);
    assert_eq!(names(json!([{"b": {}}, {"a": {}}])), ["b", "a"]);
    assert!(names(json!({})).is_empty());
}

#[test]
fn styled_tags_are_numbered() {
    let options = options(&json!({"tags_schema": "styled", "fields": {"t": {}}}));
    assert_eq!(options.pre_tags.len(), 10);
    assert_eq!(options.pre_tags[9], "<em class=\"hlt10\">");
}

#[test]
fn own_tags_do_not_mix_with_those_of_all() {
    let given = json!({
        "pre_tags": "<a>", "post_tags": "</a>",
        "fields": {"t": {"pre_tags": "<b>", "post_tags": "</b>"}}
    });
    let options = options(&given);
    assert_eq!(
        (options.pre_tags[0].as_str(), options.post_tags[0].as_str()),
        ("<b>", "</b>")
    );
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    for (value, wanted) in [
        (json!([]), "[highlight]"),
        (json!({"fields": 1}), "[fields]"),
        (json!({"fields": {"t": 1}}), "[t]"),
        (json!({"fields": {"": {}}}), "[highlight]"),
        (json!({"fields": {"t": {"colour": 1}}}), "[colour]"),
        (json!({"fields": {"t": {"encoder": "html"}}}), "[encoder]"),
        (json!({"phrase_limit": 3}), "[phrase_limit] is not offered"),
        (
            json!({"fields": {"t": {"fragment_offset": 3}}}),
            "[fragment_offset]",
        ),
        (json!({"encoder": "xml"}), "[default], [html]"),
        (json!({"order": "asc"}), "[none], [score]"),
        (json!({"type": "semantic"}), "[type]"),
        (json!({"boundary_scanner": "line"}), "[boundary_scanner]"),
        (
            json!({"boundary_scanner_locale": "fr"}),
            "[boundary_scanner_locale]",
        ),
        (json!({"fragment_size": -1}), "[fragment_size]"),
        (json!({"fragment_size": 1_000_000}), "[100000]"),
        (json!({"number_of_fragments": 1_001}), "[1000]"),
        (json!({"max_analyzed_offset": 0}), "[max_analyzed_offset]"),
        (json!({"pre_tags": []}), "[pre_tags]"),
        (json!({"pre_tags": ["<b>"]}), "post_tags are not set"),
        (json!({"pre_tags": "x".repeat(300), "post_tags": ""}), "[256]"),
        (json!({"highlight_query": {"mach": {}}}), "[mach]"),
    ] {
        let error = parse(&value).unwrap_err().to_string();
        assert!(error.contains(wanted), "{value}: {error}");
    }
}
