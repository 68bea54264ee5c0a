//! Two replicas of a leaf and a search that both have.

use bytes::Bytes;
use shared::wire::{self, CancelRequest, LeafError, SearchRequest, SearchResponse, Tie, path};
use uuid::Uuid;

use super::harness::{Harness, search_for};
use crate::Leaf;

/// A search whose twin is at a replica.
fn tied(id: u128, twin: String) -> SearchRequest {
    let id = Uuid::from_u128(id);
    let mut request = search_for("red", 1);
    request.tie = Some(Tie { id, twin });
    request
}

fn url(leaf: &Leaf) -> String {
    format!("http://{}", leaf.address())
}

async fn ask(harness: &Harness, leaf: &Leaf, request: &SearchRequest) -> Result<usize, LeafError> {
    let answer: SearchResponse = harness.ask(leaf, path::SEARCH, request).await?;
    Ok(answer.hits.len())
}

#[tokio::test]
async fn the_replica_that_begins_keeps_the_other_from_it() {
    let harness = Harness::new().await;
    let (first, second) = (harness.leaf().await, harness.replica("second").await);
    harness.append(1, ["red fox", "red hen"]).await;
    for leaf in [&first, &second] {
        harness.refresh(leaf, 1).await;
    }
    let mut yielded = 0;
    // The notice may lose its race, but not for ever.
    for id in 0..1_000_000 {
        let here = ask(&harness, &first, &tied(id, url(&second))).await;
        assert_eq!(here, Ok(2));
        match ask(&harness, &second, &tied(id, url(&first))).await {
            Ok(hits) => assert_eq!(hits, 2, "both may execute it"),
            Err(error) => {
                assert_eq!(error, LeafError::Yielded);
                yielded += 1;
            }
        }
        if yielded == 3 {
            return;
        }
    }
    panic!("no notice came in time");
}

#[tokio::test]
async fn a_search_after_its_notice_is_refused_and_a_twin_that_is_not_there_does_not_matter() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    harness.refresh(&leaf, 1).await;
    let notice = CancelRequest {
        tie: Uuid::from_u128(1),
    };
    let (status, body) = harness.post(&leaf, path::CANCEL, wire::encode(&notice)).await;
    assert_eq!((status, body), (204, Bytes::new()));
    let nowhere = || "http://127.0.0.1:1".to_owned();
    let refused = ask(&harness, &leaf, &tied(1, nowhere())).await;
    assert_eq!(refused, Err(LeafError::Yielded));
    assert_eq!(ask(&harness, &leaf, &tied(1, nowhere())).await, Ok(2));
    assert_eq!(ask(&harness, &leaf, &tied(2, "no URL".to_owned())).await, Ok(2));
    let long = Bytes::from(vec![0; 100]);
    assert_eq!(harness.post(&leaf, path::CANCEL, long).await.0, 400);
}
