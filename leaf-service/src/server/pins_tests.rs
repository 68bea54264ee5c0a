//! Points in time over loopback, as a root uses them.

use shared::clock;
use shared::ids::{Position, Shard};
use shared::log::Operation;
use shared::wire::{
    FetchItem, FetchRequest, FetchResponse, HeldPin, LeafError, Pin, PinRequest, PinResponse, PinSelection,
    SearchRequest, SearchResponse, ShardFailure, StatisticsRequest, StatisticsResponse, path,
};
use uuid::Uuid;

use super::harness::{Harness, INDEX, MINUTE_US, search_for, targets, word};

const PIN: Uuid = Uuid::from_u128(77);

fn pins(keep_ms: u64, position_min: u64) -> PinRequest {
    PinRequest {
        index: INDEX,
        pins: PinSelection::One(PIN),
        keep_ms,
        position_min: Position(position_min),
        time_remaining_us: MINUTE_US,
    }
}

fn pinned(word: &str) -> SearchRequest {
    SearchRequest {
        pin: Some(Pin { id: PIN, keep_ms: 1 }),
        ..search_for(word, 2)
    }
}

/// A leaf that holds red documents at a point in time, and blue ones now.
async fn red_then_blue(harness: &Harness) -> crate::Leaf {
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    let pin = |shard| {
        let pin = Operation::Pin {
            id: PIN,
            scroll: false,
            until_ms: clock::now_ms() + 3_600_000,
        };
        (Shard(shard), vec![pin])
    };
    harness.append_sections(2, [pin(0), pin(1)]).await;
    harness.append(3, ["blue fox", "blue hen"]).await;
    leaf
}

#[tokio::test]
async fn all_rounds_of_a_query_see_the_point_in_time() {
    let harness = Harness::new().await;
    let leaf = red_then_blue(&harness).await;
    let held: PinResponse = harness.ask(&leaf, path::PINS, &pins(1, 2)).await.unwrap();
    let expected = [0, 1].map(|shard| HeldPin {
        id: PIN,
        shard: Shard(shard),
        position: Position(2),
    });
    assert_eq!((held.held.as_slice(), held.open), (&expected[..], 1));
    harness.refresh(&leaf, 3).await;
    let now: SearchResponse = harness
        .ask(&leaf, path::SEARCH, &search_for("red", 3))
        .await
        .unwrap();
    assert!(now.hits.is_empty());
    let then: SearchResponse = harness.ask(&leaf, path::SEARCH, &pinned("red")).await.unwrap();
    assert_eq!(then.hits.len(), 2);
    assert!(then.shards.iter().all(|shard| shard.position == Position(2)));
    let statistics = StatisticsRequest {
        index: INDEX,
        shards: targets(2),
        slots: vec![0],
        terms: vec![word("red"), word("blue")],
        expansions: vec![],
        pin: Some(Pin { id: PIN, keep_ms: 0 }),
        time_remaining_us: MINUTE_US,
    };
    let told: StatisticsResponse = harness.ask(&leaf, path::STATISTICS, &statistics).await.unwrap();
    assert!(told.shards.iter().all(|shard| shard.frequencies == [1, 0]));
    let hit = &then.hits[0];
    let item = |address| FetchItem {
        shard: hit.shard,
        id: hit.id.clone(),
        address,
    };
    let fetch = |pin| FetchRequest {
        index: INDEX,
        documents: vec![item(Some(hit.address)), item(None)],
        pin,
        time_remaining_us: MINUTE_US,
    };
    let fetched: FetchResponse = harness.ask(&leaf, path::FETCH, &fetch(Some(PIN))).await.unwrap();
    for document in fetched.documents {
        assert!(document.unwrap().source.contains("red"));
    }
}

#[tokio::test]
async fn a_point_in_time_that_is_not_there_is_said_to_be_missing() {
    let harness = Harness::new().await;
    let leaf = red_then_blue(&harness).await;
    let freed: PinResponse = harness.ask(&leaf, path::PINS, &pins(0, 2)).await.unwrap();
    assert_eq!(freed.held.len(), 2);
    let again: PinResponse = harness.ask(&leaf, path::PINS, &pins(0, 2)).await.unwrap();
    assert_eq!((again.held.len(), again.shards.len(), again.open), (0, 2, 0));
    let searched: SearchResponse = harness.ask(&leaf, path::SEARCH, &pinned("red")).await.unwrap();
    assert!(searched.hits.is_empty());
    for shard in searched.shards {
        assert_eq!(shard.failure, Some(ShardFailure::NoSuchPin));
    }
    let fetch = FetchRequest {
        index: INDEX,
        documents: vec![FetchItem {
            shard: Shard(0),
            id: "book0".to_owned(),
            address: None,
        }],
        pin: Some(PIN),
        time_remaining_us: MINUTE_US,
    };
    let fetched: Result<FetchResponse, _> = harness.ask(&leaf, path::FETCH, &fetch).await;
    assert_eq!(fetched, Err(LeafError::NotHosted), "another replica may have it");
}
