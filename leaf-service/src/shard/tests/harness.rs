//! A log in a real object store, and shards that follow it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use shared::analysis::Analyzer;
use shared::catalog::IndexMeta;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::log::{Appended, Batch, LogStore, Operation};
use shared::mapping::{Field, FieldKind, Mapping};
use shared::store;
use shared::wire::{OpResult, Outcome, ShardState};
use tantivy::schema::Value as _;
use tantivy::{Searcher, TantivyDocument};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use crate::index_log::IndexLog;
use crate::shard::{Definition, HostedShard, OpenDirectory, ShardConfig, mapped_files};
use crate::view::View;

/// The one shard that these tests follow.
pub(crate) const SHARD: Shard = Shard(0);
const INDEX: IndexUuid = IndexUuid(Uuid::from_u128(7));

pub(crate) struct Harness {
    folder: TempDir,
    pub(crate) log: LogStore,
    pub(crate) definition: watch::Sender<Definition>,
    pub(crate) catalog_wanted: watch::Sender<u64>,
    tail: Position,
}

/// A document as a search would find it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) version: u64,
    pub(crate) seq_no: u64,
    pub(crate) source: String,
}

impl Harness {
    /// Commits only on request.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = store::open_local(&folder.path().join("store")).unwrap();
        Self {
            log: LogStore::new(store, INDEX),
            definition: watch::Sender::new(definition(1, &["title"], None)),
            catalog_wanted: watch::Sender::new(0),
            tail: Position::START,
            folder,
        }
    }

    pub(crate) fn path(&self, replica: &str) -> PathBuf {
        self.folder.path().join(replica)
    }

    /// The file of a batch in the object store.
    pub(crate) fn batch_file(&self, position: Position) -> PathBuf {
        let name = store::numbered(position.0);
        self.path("store").join(format!("data/{INDEX}/log/{name}"))
    }

    pub(crate) fn start(&self, replica: &str) -> HostedShard {
        self.start_with(replica, mapped_files())
    }

    /// Started, and done with what the log held: from now on it commits when it is asked to.
    pub(crate) async fn start_ready(&self, replica: &str) -> HostedShard {
        let shard = self.start(replica);
        shard.until(|state| *state == ShardState::Ready).await;
        shard
    }

    pub(crate) fn start_with(&self, replica: &str, open_directory: OpenDirectory) -> HostedShard {
        HostedShard::start(ShardConfig {
            index: INDEX,
            shard: SHARD,
            path: self.path(replica),
            writer_memory_bytes: 15_000_000,
            open_directory,
            log: Arc::new(IndexLog::new(self.log.clone())),
            definition: self.definition.subscribe(),
            catalog_wanted: self.catalog_wanted.clone(),
        })
        .unwrap()
    }

    /// Appends a batch for the shard, and tells nobody.
    pub(crate) async fn append(&mut self, operations: Vec<Operation>) -> Position {
        self.append_section(SHARD, operations, 1).await
    }

    pub(crate) async fn append_section(
        &mut self,
        shard: Shard,
        operations: Vec<Operation>,
        catalog_version: u64,
    ) -> Position {
        self.tail = self.tail.next();
        let batch = Batch {
            id: Uuid::from_u128(u128::from(self.tail.0)),
            catalog_version,
            sections: BTreeMap::from([(shard, operations)]),
        };
        let bytes = batch.encode().unwrap();
        let appended = self.log.append(self.tail, batch.id, bytes).await.unwrap();
        assert_eq!(appended, Appended::Yes);
        self.tail
    }

    /// Appends a batch, has it applied, and tells its outcomes.
    pub(crate) async fn write(&mut self, shard: &HostedShard, operations: Vec<Operation>) -> Vec<Outcome> {
        let position = self.append(operations).await;
        outcomes(shard, position).await
    }
}

/// An index whose fields are English text, each in a slot of its own.
pub(crate) fn definition(
    catalog_version: u64,
    fields: &[&str],
    refresh_interval_ms: Option<u64>,
) -> Definition {
    let mut mapping = Mapping::default();
    for field in fields {
        let kind = FieldKind::text(Analyzer::english());
        mapping.add(field, Field::new(kind), 4).unwrap();
    }
    let meta = IndexMeta {
        uuid: INDEX,
        shards: 2,
        text_slots: 4,
        refresh_interval_ms,
        created_ms: 0,
        mapping: mapping.clone(),
    };
    Definition {
        catalog_version,
        meta: Arc::new(meta),
        mapping: Arc::new(mapping),
    }
}

/// Long enough for the slowest machine; tests that pass never wait so long.
pub(crate) fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_mins(1))
}

/// Everything in the log is applied by then.
pub(crate) async fn outcomes(shard: &HostedShard, position: Position) -> Vec<Outcome> {
    shard.hint(position);
    let outcomes = shard.outcomes(position, soon()).await.unwrap();
    outcomes.expect("a batch just applied has outcomes").to_vec()
}

/// Commits up to a position, and tells what searches see then.
pub(crate) async fn refresh(shard: &HostedShard, position: Position) -> Vec<Found> {
    shard.hint(position);
    shard.request_commit(position);
    let view = shard.committed_or_recovered(position).await;
    found(&view)
}

pub(crate) fn index(id: &str, title: &str) -> Operation {
    Operation::Index {
        id: id.to_owned(),
        source: serde_json::json!({ "title": title }).to_string(),
        routing: None,
        create: false,
    }
}

pub(crate) fn create(id: &str) -> Operation {
    Operation::Index {
        id: id.to_owned(),
        source: r#"{"title":"new"}"#.to_owned(),
        routing: None,
        create: true,
    }
}

pub(crate) fn index_if(id: &str, seq_no: u64) -> Operation {
    Operation::IndexIf {
        id: id.to_owned(),
        source: r#"{"title":"conditional"}"#.to_owned(),
        routing: None,
        seq_no,
    }
}

pub(crate) fn delete_if(id: &str, seq_no: u64) -> Operation {
    Operation::DeleteIf {
        id: id.to_owned(),
        seq_no,
    }
}

pub(crate) fn delete(id: &str) -> Operation {
    Operation::Delete { id: id.to_owned() }
}

pub(crate) fn outcome(result: OpResult, version: u64, seq_no: u64) -> Outcome {
    Outcome {
        result,
        version,
        seq_no,
    }
}

/// Every live document, by id.
pub(crate) fn found(view: &View) -> Vec<Found> {
    let mut all = Vec::new();
    for (number, segment) in (0..).zip(view.searcher.segment_readers()) {
        let column = |name: &str| segment.fast_fields().u64(name).unwrap();
        let (versions, seq_nos) = (column("_version"), column("_seq_no"));
        let ids = segment.fast_fields().str("_id").unwrap().unwrap();
        for document in segment.doc_ids_alive() {
            let mut id = String::new();
            let ordinal = ids.term_ords(document).next().unwrap();
            ids.ord_to_str(ordinal, &mut id).unwrap();
            all.push(Found {
                id,
                version: versions.first(document).unwrap(),
                seq_no: seq_nos.first(document).unwrap(),
                source: source(&view.searcher, number, document, view),
            });
        }
    }
    all.sort();
    all
}

fn source(searcher: &Searcher, segment: u32, document: u32, view: &View) -> String {
    let address = tantivy::DocAddress::new(segment, document);
    let stored: TantivyDocument = searcher.doc(address).unwrap();
    let value = stored.get_first(view.schema.source).unwrap();
    value.as_str().unwrap().to_owned()
}

pub(crate) fn ids(found: &[Found]) -> Vec<&str> {
    found.iter().map(|found| found.id.as_str()).collect()
}

/// A copy of a folder while its shard is at work: what a power cut would leave.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match std::fs::copy(entry.path(), to.join(entry.file_name())) {
            // A temporary file, renamed meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            copied => drop(copied.unwrap()),
        }
    }
}

impl HostedShard {
    /// As a test waits: for the position, whatever the state is on the way.
    async fn committed_or_recovered(&self, position: Position) -> Arc<View> {
        self.refreshed(position, soon()).await.unwrap();
        self.until(|state| *state == ShardState::Ready).await;
        self.committed(position, soon()).await.unwrap()
    }

    pub(crate) async fn until(&self, wanted: impl Fn(&ShardState) -> bool) {
        let mut changes = self.published.progress.subscribe();
        let reached = changes.wait_for(|progress| wanted(&progress.state));
        tokio::time::timeout_at(soon().instant(), reached)
            .await
            .unwrap()
            .unwrap();
    }
}
