//! A leaf over loopback, spoken to as a root does.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::analysis::Analyzer;
use shared::catalog::{Catalog, CatalogStore, IndexMeta};
use shared::ids::{IndexUuid, Leaf as LeafNumber, Position, Shard};
use shared::log::{Batch, LogStore, Operation};
use shared::mapping::{Field, FieldKind, Mapping};
use shared::store::{self, Store};
use shared::wire::clause::{Clause, Field as Place, LeafQuery, Term, Value};
use shared::wire::{self, path};
use shared::wire::{
    ApplyRequest, ApplyResponse, AttemptKind, CatalogNotice, FetchItem, FetchRequest, FetchResponse,
    GetRequest, LeafError, OpResult, RefreshRequest, RefreshResponse, SearchRequest, SearchResponse,
    ShardFailure, ShardState, ShardTarget, Statistics, StatisticsRequest, StatisticsResponse, StatusResponse,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Leaf, LeafConfig, LeafStartError};

const INDEX: IndexUuid = IndexUuid(Uuid::from_u128(5));
const MINUTE_US: u64 = 60_000_000;

struct Harness {
    folder: TempDir,
    store: Store,
    http: reqwest::Client,
}

impl Harness {
    /// An object store with one index of two shards, on one leaf.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open_local(&folder.path().join("store")).unwrap();
        let harness = Self {
            folder,
            store,
            http: reqwest::Client::new(),
        };
        harness.put_catalog(1, true).await;
        harness
    }

    async fn put_catalog(&self, version: u64, with_index: bool) {
        let mut mapping = Mapping::default();
        let kind = FieldKind::Text {
            analyzer: Analyzer::Standard,
            slot: 0,
        };
        mapping.add("title", Field::new(kind), 2).unwrap();
        let meta = IndexMeta {
            uuid: INDEX,
            shards: 2,
            text_slots: 2,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping,
        };
        let indexes = with_index.then(|| ("books".to_owned(), meta));
        let catalog = Catalog {
            cluster: uuid::Uuid::nil(),
            version,
            leaves: 1,
            indexes: indexes.into_iter().collect(),
        };
        let catalogs = CatalogStore::new(Arc::clone(&self.store));
        catalogs.put(&catalog).await.unwrap();
    }

    fn config(&self) -> LeafConfig {
        LeafConfig {
            leaf: LeafNumber(0),
            listen: "127.0.0.1:0".parse().unwrap(),
            folder: self.leaf_folder(),
            store: Arc::clone(&self.store),
            threads: 2,
            queue_max: 16,
            writer_memory_bytes: 0,
            drain_max: Duration::from_secs(5),
            faults: false,
        }
    }

    fn leaf_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("leaf")
    }

    /// A leaf whose shards are ready.
    async fn leaf(&self) -> Leaf {
        let leaf = Leaf::start(self.config()).await.unwrap();
        self.status_until(&leaf, |status| {
            let ready = |state: &ShardState| *state == ShardState::Ready;
            status.shards.len() == 2 && status.shards.iter().all(|shard| ready(&shard.state))
        })
        .await;
        leaf
    }

    /// Appends one document to each of the two shards.
    async fn append(&self, position: u64, titles: [&str; 2]) {
        let section = |shard: u32| {
            let operation = Operation::Index {
                id: format!("book{shard}"),
                source: serde_json::json!({ "title": titles[shard as usize] }).to_string(),
                routing: None,
                create: false,
            };
            (Shard(shard), vec![operation])
        };
        let batch = Batch {
            id: Uuid::from_u128(u128::from(position)),
            catalog_version: 1,
            sections: BTreeMap::from([section(0), section(1)]),
        };
        let log = LogStore::new(Arc::clone(&self.store), INDEX);
        log.append(Position(position), batch.id, batch.encode().unwrap())
            .await
            .unwrap();
    }

    async fn post(&self, leaf: &Leaf, path: &str, body: Bytes) -> (u16, Bytes) {
        let url = format!("http://{}{path}", leaf.address());
        let answer = self.http.post(url).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        leaf: &Leaf,
        path: &str,
        message: &impl Serialize,
    ) -> Result<T, LeafError> {
        let (status, body) = self.post(leaf, path, wire::encode(message)).await;
        if status == 200 {
            return Ok(wire::decode(&body).unwrap());
        }
        let error: LeafError = wire::decode(&body).unwrap();
        assert_eq!(error.status(), status);
        Err(error)
    }

    async fn get(&self, leaf: &Leaf, path: &str) -> (u16, Bytes) {
        let url = format!("http://{}{path}", leaf.address());
        let answer = self.http.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }

    /// Asks for the status, as roots do, until it is as wanted.
    async fn status_until(&self, leaf: &Leaf, wanted: impl Fn(&StatusResponse) -> bool) -> StatusResponse {
        let asked = async {
            loop {
                let (status, body) = self.get(leaf, path::STATUS).await;
                assert_eq!(status, 200);
                let status: StatusResponse = wire::decode(&body).unwrap();
                if wanted(&status) {
                    return status;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), asked).await.unwrap()
    }

    async fn refresh(&self, leaf: &Leaf, position: u64) -> RefreshResponse {
        let request = RefreshRequest {
            index: INDEX,
            shards: vec![Shard(0), Shard(1)],
            position: Position(position),
            now: true,
            time_remaining_us: MINUTE_US,
        };
        self.ask(leaf, path::REFRESH, &request).await.unwrap()
    }
}

fn targets(position_min: u64) -> Vec<ShardTarget> {
    let target = |shard| ShardTarget {
        shard: Shard(shard),
        position_min: Position(position_min),
    };
    vec![target(0), target(1)]
}

fn word(text: &str) -> Term {
    Term {
        field: Place::Text(0),
        value: Value::Str(text.to_owned()),
    }
}

fn search_for(text: &str, position_min: u64) -> SearchRequest {
    SearchRequest {
        index: INDEX,
        shards: targets(position_min),
        query: LeafQuery {
            terms: vec![word(text)],
            clause: Clause::Term { term: 0, boost: 1.0 },
        },
        statistics: Statistics {
            documents: 2,
            tokens: vec![(0, 4)],
            frequencies: vec![2],
        },
        documents: false,
        k: 10,
        count_max: u64::MAX,
        time_remaining_us: MINUTE_US,
        attempt: AttemptKind::Primary,
        tie: None,
    }
}

fn get_book(shard: u32, position_min: u64) -> GetRequest {
    GetRequest {
        index: INDEX,
        shard: Shard(shard),
        id: format!("book{shard}"),
        position_min: Position(position_min),
        time_remaining_us: MINUTE_US,
    }
}

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
