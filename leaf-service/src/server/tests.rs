//! A leaf over loopback, spoken to as a root does.

use std::path::Path;

use bytes::Bytes;
use shared::ids::{IndexUuid, Position, Shard};
use shared::wire::{self, path};
use shared::wire::{
    ApplyRequest, ApplyResponse, CatalogNotice, FetchItem, FetchRequest, FetchResponse, LeafError, OpResult,
    SearchResponse, ShardFailure, StatisticsRequest, StatisticsResponse,
};
use uuid::Uuid;

use super::harness::{Harness, INDEX, MINUTE_US, get_book, search_for, targets, word};
use crate::{Leaf, LeafStartError};

#[tokio::test]
async fn a_write_is_applied_refreshed_searched_and_fetched() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    let apply = ApplyRequest {
        index: INDEX,
        position: Position(1),
        shards: vec![Shard(0), Shard(1)],
        time_remaining_us: MINUTE_US,
    };
    let applied: ApplyResponse = harness.ask(&leaf, path::APPLY, &apply).await.unwrap();
    let results: Vec<_> = applied
        .shards
        .iter()
        .map(|shard| shard.outcomes.as_ref().unwrap()[0].result)
        .collect();
    assert_eq!(results, [OpResult::Created, OpResult::Created]);

    let refreshed = harness.refresh(&leaf, 1).await;
    assert_eq!(
        refreshed.shards,
        [(Shard(0), Position(1)), (Shard(1), Position(1))]
    );

    let statistics = StatisticsRequest {
        index: INDEX,
        shards: targets(1),
        slots: vec![0],
        terms: vec![word("red")],
        expansions: vec![],
        pin: None,
        time_remaining_us: MINUTE_US,
    };
    let told: StatisticsResponse = harness.ask(&leaf, path::STATISTICS, &statistics).await.unwrap();
    let frequencies: Vec<_> = told
        .shards
        .iter()
        .map(|shard| (shard.documents, shard.frequencies.clone()))
        .collect();
    assert_eq!(frequencies, [(1, vec![1]), (1, vec![1])]);

    let searched: SearchResponse = harness
        .ask(&leaf, path::SEARCH, &search_for("hen", 1))
        .await
        .unwrap();
    assert_eq!(searched.shards.iter().map(|shard| shard.count).sum::<u64>(), 1);
    let hit = &searched.hits[0];
    assert_eq!((hit.id.as_str(), hit.shard), ("book1", Shard(1)));

    let item = |address| FetchItem {
        shard: hit.shard,
        id: hit.id.clone(),
        address,
    };
    let fetch = FetchRequest {
        pin: None,
        index: INDEX,
        documents: vec![item(Some(hit.address)), item(None)],
        time_remaining_us: MINUTE_US,
    };
    let fetched: FetchResponse = harness.ask(&leaf, path::FETCH, &fetch).await.unwrap();
    for document in fetched.documents {
        let document = document.unwrap();
        assert_eq!(document.source, r#"{"title":"red hen"}"#);
        assert_eq!((document.version, document.seq_no), (1, 0));
    }
}

#[tokio::test]
async fn a_get_sees_what_no_search_sees_yet() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    let got: FetchResponse = harness.ask(&leaf, path::GET, &get_book(0, 1)).await.unwrap();
    let document = got.documents[0].as_ref().unwrap();
    assert_eq!(document.source, r#"{"title":"red fox"}"#);
}

#[tokio::test]
async fn a_shard_that_is_not_fresh_in_time_is_reported_and_not_waited_for() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    harness.refresh(&leaf, 1).await;
    let mut request = search_for("red", 1);
    request.shards[1].position_min = Position(9);
    request.time_remaining_us = 1_200_000;
    let searched: SearchResponse = harness.ask(&leaf, path::SEARCH, &request).await.unwrap();
    assert_eq!(searched.shards[0].failure, None);
    assert_eq!(searched.shards[1].failure, Some(ShardFailure::Deadline));
    assert_eq!(searched.shards[1].documents, 1, "they count as missing");
    assert_eq!(searched.hits.len(), 1);
}

#[tokio::test]
async fn refusals_say_why() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    let (status, body) = harness
        .post(&leaf, path::SEARCH, Bytes::from_static(b"nonsense"))
        .await;
    assert_eq!(status, 400);
    assert!(matches!(
        wire::decode::<LeafError>(&body),
        Ok(LeafError::BadRequest(_))
    ));

    let mut late = search_for("red", 0);
    late.time_remaining_us = 0;
    let refused = harness.ask::<SearchResponse>(&leaf, path::SEARCH, &late).await;
    assert_eq!(refused, Err(LeafError::Expired));

    let mut elsewhere = search_for("red", 0);
    elsewhere.index = IndexUuid(Uuid::from_u128(99));
    let refused = harness
        .ask::<SearchResponse>(&leaf, path::SEARCH, &elsewhere)
        .await;
    assert_eq!(refused, Err(LeafError::NotHosted));

    let mut twice = search_for("red", 0);
    twice.shards[1].shard = Shard(0);
    let refused = harness.ask::<SearchResponse>(&leaf, path::SEARCH, &twice).await;
    assert!(matches!(refused, Err(LeafError::BadRequest(_))));
}

#[tokio::test]
async fn a_restart_finds_everything_again_and_a_second_process_is_refused() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    assert_eq!(harness.get(&leaf, "/livez").await.0, 200);
    assert_eq!(harness.get(&leaf, "/readyz").await.0, 200);
    harness.append(1, ["red fox", "red hen"]).await;
    harness.refresh(&leaf, 1).await;
    let second = Leaf::start(harness.config()).await;
    assert!(matches!(second, Err(LeafStartError::FolderInUse { .. })));

    leaf.shutdown().await;
    let again = harness.leaf().await;
    let searched: SearchResponse = harness
        .ask(&again, path::SEARCH, &search_for("red", 1))
        .await
        .unwrap();
    assert_eq!(searched.hits.len(), 2);
}

#[tokio::test]
async fn an_index_that_is_gone_from_the_catalog_is_gone_from_the_leaf() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    let folder = harness.leaf_folder().join(INDEX.to_string());
    assert!(Path::exists(&folder));
    harness.put_catalog(2, false).await;
    let () = harness
        .ask(&leaf, path::CATALOG, &CatalogNotice { version: 2 })
        .await
        .unwrap();
    harness
        .status_until(&leaf, |status| {
            status.shards.is_empty() && status.catalog_version == 2
        })
        .await;
    leaf.shutdown().await;
    assert!(!Path::exists(&folder));
}
