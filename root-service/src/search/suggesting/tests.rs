//! Suggestions over scripted leaves: what a leaf does not tell is in the account, and the answer comes in time.

use serde_json::json;
use tokio::time::Instant;

use crate::client::scripted::Act;
use crate::dsl::SearchCommand;
use crate::search::tests::{MS, Stage};
use crate::suggest::result::Found;

fn command(suggest: &serde_json::Value) -> SearchCommand {
    let body = json!({ "suggest": suggest }).to_string();
    SearchCommand::parse(body.as_bytes(), &[]).unwrap()
}

fn words() -> SearchCommand {
    command(&json!({
        "text": "wahle",
        "one": {"term": {"field": "title"}},
        "two": {"phrase": {"field": "title"}},
    }))
}

#[tokio::test(start_paused = true)]
async fn who_only_asks_for_suggestions_has_no_hits_and_all_of_the_coverage() {
    let result = Stage::new().search(&words()).await.unwrap();
    let names: Vec<&str> = result
        .suggestions
        .iter()
        .map(|suggested| suggested.name.as_str())
        .collect();
    assert_eq!(names, ["one", "two"]);
    assert_eq!((result.total.unwrap().value, result.hits.len()), (0, 0));
    assert_eq!(
        (result.coverage.documents_covered, result.coverage.degraded()),
        (400, false)
    );
    let Found::Term { entries, .. } = &result.suggestions[0].found else {
        panic!("{:?}", result.suggestions);
    };
    assert_eq!((entries[0].text.as_str(), entries[0].length), ("wahle", 5));
}

#[tokio::test(start_paused = true)]
async fn a_hung_leaf_costs_its_share_of_the_suggestions_and_the_answer_comes_by_the_deadline() {
    let stage = Stage::new();
    stage.script_leaf(2, &Act::Hang);
    let began = Instant::now();
    let result = stage.search(&words()).await.unwrap();
    assert!(began.elapsed() <= 1_000 * MS, "{:?}", began.elapsed());
    assert_eq!(result.suggestions.len(), 2);
    assert!(result.timed_out && result.coverage.shards_timeout >= 1);
    assert_eq!(
        result.shards.successful + u32::try_from(result.shards.failures.len()).unwrap(),
        4
    );
}

#[tokio::test(start_paused = true)]
async fn a_field_that_the_index_does_not_have_is_a_400_before_any_leaf_is_asked() {
    let stage = Stage::new();
    let error = stage
        .search(&command(
            &json!({"s": {"text": "x", "term": {"field": "nowhere"}}}),
        ))
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(
        error.to_string().contains("no mapping found for field [nowhere]"),
        "{error}"
    );
    assert_eq!(stage.leaves.calls("0/0") + stage.leaves.calls("0/1"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_completion_of_another_kind_of_field_is_a_400() {
    let error = Stage::new()
        .search(&command(
            &json!({"s": {"prefix": "x", "completion": {"field": "title"}}}),
        ))
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("is not a completion suggest field"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn too_many_words_are_refused_by_the_limit() {
    let words: Vec<String> = (0..1_000).map(|number| format!("w{number:04}")).collect();
    let text = words.join(" ");
    let error = Stage::new()
        .search(&command(
            &json!({"s": {"text": text, "term": {"field": "title", "suggest_mode": "always"}}}),
        ))
        .await
        .unwrap_err();
    assert_eq!(error.status(), 400);
    assert!(error.to_string().contains("the limit is [256]"), "{error}");
}
