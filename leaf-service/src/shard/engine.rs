//! One open tantivy index with its writer and reader: commits that say where to resume, and refusal of indexes that do not
//! hold what they say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::analysis::Analyzer;
use shared::mapping::Mapping;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, MmapDirectory};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::{
    Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyError,
};

use super::lookup::IdLookup;
use super::payload::Payload;
use crate::schema::{ShardSchema, slot_name};

/// Segments of more documents are left alone: a search looks at the clock between segments, so they stay short.
const SEGMENT_DOCUMENTS_MAX: usize = 200_000;
/// As many segments of about the same size are merged into one. A query pays some 10 µs per term and segment before it
/// reads a posting, so tantivy's 8 cost a search more than merging earlier costs the writer.
const SEGMENTS_ALIKE_MAX: usize = 4;
/// Segments with a larger share of deleted documents are merged.
const DELETED_SHARE_MAX: f32 = 0.25;

/// Opens a shard's folder as tantivy sees it. Tests put faults in between.
pub(crate) type OpenDirectory = Arc<dyn Fn(&Path) -> tantivy::Result<Box<dyn Directory>> + Send + Sync>;

/// The real thing: memory-mapped files.
pub(crate) fn mapped_files() -> OpenDirectory {
    Arc::new(|path| Ok(Box::new(MmapDirectory::open(path)?)))
}

/// How a shard's index is opened.
#[derive(Clone)]
pub(crate) struct EngineConfig {
    /// The shard's folder.
    pub(crate) path: PathBuf,
    /// Its fields.
    pub(crate) schema: Arc<ShardSchema>,
    /// Memory for documents that are being indexed, at least 15 MB.
    pub(crate) writer_memory_bytes: usize,
    /// How the folder is opened.
    pub(crate) open_directory: OpenDirectory,
}

/// Why an index cannot be used as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    /// Its files are not what was written, or it does not hold what its last commit says. Made anew from the log.
    #[error("the local index is damaged: {0}")]
    Damaged(String),
    /// The files cannot be read or written for now: no space, a lock held, an error of the disk.
    #[error("{0}")]
    Unavailable(#[from] TantivyError),
}

pub(crate) struct Engine {
    index: Index,
    writer: IndexWriter,
    reader: IndexReader,
    schema: Arc<ShardSchema>,
    ids: IdLookup,
    /// What each slot's tokenizer is; slots past the end have the standard one.
    analyzers: Vec<Analyzer>,
    /// What the last commit says.
    committed: Payload,
}

impl Engine {
    /// Opens the index in the folder, or makes an empty one, and checks every file's checksum.
    pub(crate) fn open(config: &EngineConfig, mapping: &Mapping) -> Result<Self, EngineError> {
        std::fs::create_dir_all(&config.path).map_err(TantivyError::from)?;
        let directory = (config.open_directory)(&config.path)?;
        let exists = Index::exists(directory.as_ref()).map_err(TantivyError::from)?;
        let index = if exists {
            let index = Index::open(directory).map_err(damaged_unless_io)?;
            let damaged = index.validate_checksum().map_err(damaged_unless_io)?;
            if let Some(file) = damaged.iter().min() {
                return Err(EngineError::Damaged(format!(
                    "the checksum of {} differs, and of {} files in all",
                    file.display(),
                    damaged.len()
                )));
            }
            if index.schema() != config.schema.schema {
                return Err(EngineError::Damaged("its schema is another version's".to_owned()));
            }
            index
        } else {
            Index::create(directory, config.schema.schema.clone(), IndexSettings::default())?
        };
        Self::with_index(index, config, mapping)
    }

    /// Throws away everything since the last commit, and whatever state the writer was in.
    pub(crate) fn reopen(
        index: Index,
        config: &EngineConfig,
        mapping: &Mapping,
    ) -> Result<Self, EngineError> {
        Self::with_index(index, config, mapping)
    }

    fn with_index(index: Index, config: &EngineConfig, mapping: &Mapping) -> Result<Self, EngineError> {
        let schema = Arc::clone(&config.schema);
        for slot in 0..schema.text.len() {
            let slot = u16::try_from(slot).expect("a schema is made for a u16 of slots");
            register(&index, slot, &Analyzer::standard());
        }
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(damaged_unless_io)?;
        let metas = index.load_metas().map_err(damaged_unless_io)?;
        let committed = match metas.payload.as_deref() {
            Some(json) => Payload::from_json(json)
                .ok_or_else(|| EngineError::Damaged("its last commit has no known payload".to_owned()))?,
            None => Payload::default(),
        };
        check_contents(&reader.searcher(), &schema, committed)?;
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(config.writer_memory_bytes)
            .build();
        let writer: IndexWriter = index.writer_with_options(options)?;
        let mut merge_policy = LogMergePolicy::default();
        merge_policy.set_min_num_segments(SEGMENTS_ALIKE_MAX);
        merge_policy.set_max_docs_before_merge(SEGMENT_DOCUMENTS_MAX);
        merge_policy.set_del_docs_ratio_before_merge(DELETED_SHARE_MAX);
        writer.set_merge_policy(Box::new(merge_policy));
        let mut engine = Self {
            ids: IdLookup::new(&schema, &reader.searcher())?,
            index,
            writer,
            reader,
            schema,
            analyzers: Vec::new(),
            committed,
        };
        engine.register_analyzers(mapping);
        Ok(engine)
    }

    /// The index itself, to [`Engine::reopen`] it once this engine is dropped. One index has one list of its files, so a
    /// merge that outlives its writer does not overwrite the list of the next.
    pub(crate) fn index(&self) -> Index {
        self.index.clone()
    }

    pub(crate) fn schema(&self) -> &Arc<ShardSchema> {
        &self.schema
    }

    pub(crate) fn writer(&self) -> &IndexWriter {
        &self.writer
    }

    /// Finds committed documents by id.
    pub(crate) fn ids(&self) -> &IdLookup {
        &self.ids
    }

    pub(crate) fn committed(&self) -> Payload {
        self.committed
    }

    pub(crate) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Whether the mapping has analyzers that a segment in the making does not know: tantivy takes them when it begins
    /// one, so commit before [`Engine::register_analyzers`].
    pub(crate) fn lacks_analyzers_of(&self, mapping: &Mapping) -> bool {
        let analyzers = analyzers_of(mapping);
        let standard = Analyzer::standard();
        analyzers
            .iter()
            .enumerate()
            .any(|(slot, analyzer)| self.analyzers.get(slot).unwrap_or(&standard) != analyzer)
    }

    pub(crate) fn register_analyzers(&mut self, mapping: &Mapping) {
        self.analyzers = analyzers_of(mapping);
        for (slot, analyzer) in (0..).zip(&self.analyzers) {
            register(&self.index, slot, analyzer);
        }
    }

    /// Makes everything written so far durable and visible, under `payload`. After an error the engine must be dropped:
    /// its writer may have lost documents.
    pub(crate) fn commit(&mut self, payload: Payload) -> Result<(), EngineError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&payload.to_json());
        prepared.commit()?;
        // tantivy renames meta.json without making the rename durable.
        self.index
            .directory()
            .sync_directory()
            .map_err(TantivyError::from)?;
        self.committed = payload;
        self.reload()?;
        check_contents(&self.searcher(), &self.schema, payload)
    }

    /// Takes over segments that were merged since the last reload; whether there were any.
    pub(crate) fn adopt_merges(&mut self) -> Result<bool, EngineError> {
        let now: BTreeSet<_> = self.index.searchable_segment_ids()?.into_iter().collect();
        let searcher = self.searcher();
        let seen = searcher.segment_readers().iter();
        if seen.map(SegmentReader::segment_id).collect::<BTreeSet<_>>() == now {
            return Ok(false);
        }
        self.reload()?;
        Ok(true)
    }

    fn reload(&mut self) -> Result<(), EngineError> {
        self.reader.reload()?;
        self.ids = IdLookup::new(&self.schema, &self.searcher())?;
        Ok(())
    }
}

/// An index holds exactly what its payload says, or it is of no use: a commit that failed half-way may be published by a
/// later merge under the payload before, and a writer that lost its thread may commit without the documents it was given.
fn check_contents(searcher: &Searcher, schema: &ShardSchema, payload: Payload) -> Result<(), EngineError> {
    let documents = searcher.num_docs();
    if documents != payload.documents {
        return Err(EngineError::Damaged(format!(
            "it holds {documents} documents, and its commit at position {} says {}",
            payload.position, payload.documents
        )));
    }
    let name = schema.schema.get_field_name(schema.seq_no);
    for segment in searcher.segment_readers() {
        let last = segment.fast_fields().u64(name)?.max_value();
        if segment.max_doc() > 0 && last >= payload.seq_no {
            return Err(EngineError::Damaged(format!(
                "it holds operation {last}, and its commit at position {} ends before operation {}",
                payload.position, payload.seq_no
            )));
        }
    }
    Ok(())
}

/// While an index is opened, files that are missing, cut short or do not parse mean that they were damaged; what the
/// system refuses may be granted later.
fn damaged_unless_io(error: TantivyError) -> EngineError {
    let later = match &error {
        TantivyError::IoError(error) => !is_damage(error),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => !is_damage(io_error),
        TantivyError::OpenDirectoryError(_)
        | TantivyError::OpenWriteError(_)
        | TantivyError::LockFailure(..)
        | TantivyError::SystemError(_) => true,
        _ => false,
    };
    if later {
        EngineError::Unavailable(error)
    } else {
        EngineError::Damaged(error.to_string())
    }
}

/// Whether an error tells of what is in a file rather than of how it is read.
fn is_damage(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    matches!(
        error.kind(),
        InvalidData | InvalidInput | NotFound | UnexpectedEof
    )
}

/// The analyzers of the slots in use, by slot.
fn analyzers_of(mapping: &Mapping) -> Vec<Analyzer> {
    let mut analyzers = vec![Analyzer::standard(); usize::from(mapping.slots_used)];
    for (_, kind) in mapping.all() {
        if let shared::mapping::FieldKind::Text {
            analyzer,
            slot: Some(slot),
            ..
        } = kind
            && let Some(at) = analyzers.get_mut(usize::from(*slot))
        {
            *at = analyzer.clone();
        }
    }
    analyzers
}

fn register(index: &Index, slot: u16, analyzer: &Analyzer) {
    index
        .tokenizers()
        .register(&slot_name(slot), analyzer.tokenizer());
}
