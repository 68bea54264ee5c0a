//! Searches of points in time over scripted leaves, under a paused clock.

use shared::wire::Pin;
use uuid::Uuid;

use super::tests::{LEAVES, MS, Stage, endpoint};
use super::{AsOf, Cause, SearchResult};
use crate::client::scripted::Act;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;

const PIN: Uuid = Uuid::from_u128(3);

async fn search(stage: &Stage) -> Result<SearchResult, ApiError> {
    let as_of = AsOf {
        pin: Some(Pin { id: PIN, keep_ms: 0 }),
        ..AsOf::default()
    };
    stage
        .search_as_of(&SearchCommand::default(), as_of, 1_000 * MS)
        .await
}

#[tokio::test(start_paused = true)]
async fn a_replica_without_the_point_in_time_costs_a_retry_at_another() {
    let stage = Stage::new();
    for leaf in 0..LEAVES {
        stage.leaves.script(&endpoint(leaf, 0), Act::Forget(MS));
    }
    for _ in 0..5 {
        let result = search(&stage).await.unwrap();
        assert_eq!(result.coverage.documents_covered, 400);
        assert!(result.shards.failures.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_point_in_time_that_no_replica_has_is_a_404() {
    let stage = Stage::new();
    for leaf in 0..LEAVES {
        stage.script_leaf(leaf, &Act::Forget(MS));
    }
    let error = search(&stage).await.unwrap_err();
    assert_eq!(error, ApiError::NoSearchContext(PIN));
    assert_eq!(
        (error.status(), error.kind()),
        (404, "search_context_missing_exception")
    );
    assert!(error.to_string().starts_with("No search context found for id ["));
    assert!(stage.search(&SearchCommand::default()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_leaf_that_lost_the_point_in_time_is_missing_from_the_answer() {
    let stage = Stage::new();
    stage.script_leaf(1, &Act::Forget(MS));
    let result = search(&stage).await.unwrap();
    assert_eq!(result.coverage.documents_covered, 300);
    let causes: Vec<Cause> = result.shards.failures.iter().map(|report| report.cause).collect();
    assert_eq!(causes, [Cause::NoPin]);
}
