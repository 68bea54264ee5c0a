//! A leaf over loopback, and what a root asks it.

use std::collections::BTreeMap;
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
    AttemptKind, GetRequest, LeafError, RefreshRequest, RefreshResponse, SearchRequest, ShardState,
    ShardTarget, Statistics, StatusResponse,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{Leaf, LeafConfig};

pub(super) const INDEX: IndexUuid = IndexUuid(Uuid::from_u128(5));
pub(super) const MINUTE_US: u64 = 60_000_000;

pub(super) struct Harness {
    folder: TempDir,
    store: Store,
    http: reqwest::Client,
}

impl Harness {
    /// An object store with one index of two shards, on one leaf.
    pub(super) async fn new() -> Self {
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

    pub(super) async fn put_catalog(&self, version: u64, with_index: bool) {
        let mut mapping = Mapping::default();
        let kind = FieldKind::text(Analyzer::standard());
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
            ..Catalog::default()
        };
        let catalogs = CatalogStore::new(Arc::clone(&self.store));
        catalogs.put(&catalog).await.unwrap();
    }

    pub(super) fn config(&self) -> LeafConfig {
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

    pub(super) fn leaf_folder(&self) -> std::path::PathBuf {
        self.folder.path().join("leaf")
    }

    /// A leaf whose shards are ready.
    pub(super) async fn leaf(&self) -> Leaf {
        self.started(self.config()).await
    }

    /// Another replica of it.
    pub(super) async fn replica(&self, name: &str) -> Leaf {
        let folder = self.folder.path().join(name);
        self.started(LeafConfig {
            folder,
            ..self.config()
        })
        .await
    }

    /// One that can be told to fail.
    pub(super) async fn faulty(&self) -> Leaf {
        self.started(LeafConfig {
            faults: true,
            ..self.config()
        })
        .await
    }

    async fn started(&self, config: LeafConfig) -> Leaf {
        let leaf = Leaf::start(config).await.unwrap();
        self.status_until(&leaf, |status| {
            let ready = |state: &ShardState| *state == ShardState::Ready;
            status.shards.len() == 2 && status.shards.iter().all(|shard| ready(&shard.state))
        })
        .await;
        leaf
    }

    /// Appends one document to each of the two shards.
    pub(super) async fn append(&self, position: u64, titles: [&str; 2]) {
        let section = |shard: u32| {
            let operation = Operation::Index {
                id: format!("book{shard}"),
                source: serde_json::json!({ "title": titles[shard as usize] }).to_string(),
                routing: None,
                create: false,
            };
            (Shard(shard), vec![operation])
        };
        self.append_sections(position, [section(0), section(1)]).await;
    }

    /// Appends a batch.
    pub(super) async fn append_sections(&self, position: u64, sections: [(Shard, Vec<Operation>); 2]) {
        let batch = Batch {
            id: Uuid::from_u128(u128::from(position)),
            catalog_version: 1,
            sections: BTreeMap::from(sections),
        };
        let log = LogStore::new(Arc::clone(&self.store), INDEX);
        log.append(Position(position), batch.id, batch.encode().unwrap())
            .await
            .unwrap();
    }

    pub(super) async fn post(&self, leaf: &Leaf, path: &str, body: Bytes) -> (u16, Bytes) {
        let url = format!("http://{}{path}", leaf.address());
        let answer = self.http.post(url).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }

    pub(super) async fn ask<T: DeserializeOwned>(
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

    pub(super) async fn get(&self, leaf: &Leaf, path: &str) -> (u16, Bytes) {
        let url = format!("http://{}{path}", leaf.address());
        let answer = self.http.get(url).send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap())
    }

    /// Asks for the status, as roots do, until it is as wanted.
    pub(super) async fn status_until(
        &self,
        leaf: &Leaf,
        wanted: impl Fn(&StatusResponse) -> bool,
    ) -> StatusResponse {
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

    pub(super) async fn refresh(&self, leaf: &Leaf, position: u64) -> RefreshResponse {
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

pub(super) fn targets(position_min: u64) -> Vec<ShardTarget> {
    let target = |shard| ShardTarget {
        shard: Shard(shard),
        position_min: Position(position_min),
    };
    vec![target(0), target(1)]
}

pub(super) fn word(text: &str) -> Term {
    Term {
        field: Place::Text(0),
        value: Value::Str(text.to_owned()),
    }
}

pub(super) fn search_for(text: &str, position_min: u64) -> SearchRequest {
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
        collapse: None,
        pin: None,
        aggregations: Vec::new(),
        aggregated: None,
        time_remaining_us: MINUTE_US,
        attempt: AttemptKind::Primary,
        tie: None,
        sort: Vec::new(),
        after: Vec::new(),
        scores: false,
    }
}

pub(super) fn get_book(shard: u32, position_min: u64) -> GetRequest {
    GetRequest {
        index: INDEX,
        shard: Shard(shard),
        id: format!("book{shard}"),
        position_min: Position(position_min),
        time_remaining_us: MINUTE_US,
    }
}
