//! The limits on everything that a client controls, in one place. Past a limit a client reads a 4xx that names it.

/// An index name, in bytes (as in Elasticsearch).
pub const INDEX_NAME_BYTES_MAX: usize = 255;
/// A document id or routing value, in bytes (as in Elasticsearch).
pub const ID_BYTES_MAX: usize = 512;
/// A request body of any call, in bytes (Elasticsearch's `http.max_content_length`).
pub const BODY_BYTES_MAX: usize = 100 * 1024 * 1024;
/// A search body, in bytes: no query that a person means is larger.
pub const SEARCH_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// One document, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Nesting of a document (`serde_json` itself stops at 128).
pub const DOCUMENT_DEPTH_MAX: usize = 100;
/// Leaf values in one document, over all fields.
pub const DOCUMENT_VALUES_MAX: usize = 100_000;
/// A keyword value, in bytes (Lucene's longest term); longer ones are an error unless `ignore_above` drops them.
pub const KEYWORD_BYTES_MAX: usize = 32_766;
/// A token of analyzed text, in bytes; longer runs are cut, as Elasticsearch's `max_token_length` does.
pub const TOKEN_BYTES_MAX: usize = 255;
/// Fields in one mapping, sub-fields counted (Elasticsearch's `index.mapping.total_fields.limit`).
pub const MAPPING_FIELDS_MAX: usize = 1_000;
/// Nesting of objects in a mapping (Elasticsearch's `index.mapping.depth.limit`).
pub const MAPPING_DEPTH_MAX: usize = 20;
/// A field's full name, in bytes.
pub const FIELD_NAME_BYTES_MAX: usize = 512;
/// Text fields that an index can have beyond the ones of its creation; see `mapping::Slot`.
pub const TEXT_SLOTS_SPARE: u16 = 24;
/// Text fields that an index can have at all.
pub const TEXT_SLOTS_MAX: u16 = 256;
/// Shards of one index.
pub const SHARDS_MAX: u32 = 1_024;
/// `from + size` of a search (Elasticsearch's `index.max_result_window`).
pub const RESULT_WINDOW_MAX: u64 = 10_000;
/// Clauses of one query, counted at its leaves.
pub const CLAUSES_MAX: usize = 1_024;
/// Nesting of one query. tantivy takes seconds at 100 and overflows the stack at 300.
pub const QUERY_DEPTH_MAX: usize = 20;
/// Terms of one `terms` or `ids` query (Elasticsearch's `index.max_terms_count`).
pub const TERMS_MAX: usize = 65_536;
/// Words of one phrase.
pub const PHRASE_TERMS_MAX: usize = 16;
/// Slop of one phrase.
pub const PHRASE_SLOP_MAX: u32 = 10;
/// A query string (`query_string`, `q=`), in bytes.
pub const QUERY_STRING_BYTES_MAX: usize = 8 * 1024;
/// Nesting and runs of operators in a query string; about 720 overflow the stack of tantivy's parser.
pub const QUERY_STRING_DEPTH_MAX: usize = 50;
/// Operations of one `_bulk` request.
pub const BULK_OPERATIONS_MAX: usize = 1_000_000;
/// Bytes of one log batch before compression; a larger group of writes is cut into several.
pub const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A message between root and leaf, in bytes.
pub const WIRE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The longest deadline that a request can ask for, in seconds.
pub const TIMEOUT_SECONDS_MAX: u64 = 600;
