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
/// Pairs of an alias and an index in one catalog: every search reads it, and every change writes it.
pub const ALIASES_MAX: usize = 10_000;
/// Indexes that one search goes to.
pub const SEARCH_INDEXES_MAX: usize = 256;
/// Hits that one search over several indexes reads in all of them: `(from + size) * indexes`.
pub const SEARCH_INDEXES_HITS_MAX: u64 = 100_000;
/// Searches of one `_msearch`.
pub const MSEARCH_ITEMS_MAX: usize = 1_000;
/// A body of `_msearch`, in bytes.
pub const MSEARCH_BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Documents of one `_mget`.
pub const MGET_DOCUMENTS_MAX: usize = 10_000;
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
/// A pattern of terms (`prefix`, `wildcard`, `regexp`), in characters (Elasticsearch's `index.max_regex_length`).
pub const PATTERN_CHARS_MAX: usize = 1_000;
/// States of a pattern's automaton (Elasticsearch's `max_determinized_states`).
pub const PATTERN_STATES_MAX: usize = 10_000;
/// Work of making a pattern's automaton, in transitions looked at: some ten milliseconds.
pub const PATTERN_TRANSITIONS_MAX: usize = 1_000_000;
/// Terms that a pattern may match in one segment.
pub const PATTERN_TERMS_MAX: usize = 1_000_000;
/// A fuzzy word, in characters; others are never close.
pub const FUZZY_CHARS_MAX: usize = 256;
/// Terms that a fuzzy word or the last word of a phrase can stand for (`max_expansions`).
pub const EXPANSIONS_MAX: u32 = 1_000;
/// Aggregations of one search, inner ones counted.
pub const AGGREGATIONS_MAX: usize = 200;
/// Nesting of aggregations.
pub const AGGREGATION_DEPTH_MAX: usize = 10;
/// Buckets of one answer, over all aggregations (Elasticsearch's `search.max_buckets`).
pub const BUCKETS_MAX: usize = 65_536;
/// Buckets of one `terms` that a shard sends; up to so many different values counts are exact.
pub const SHARD_TERMS_MAX: u32 = 65_536;
/// Ranges or filters of one aggregation.
pub const AGGREGATION_RANGES_MAX: usize = 1_024;
/// Memory that a leaf may take for the aggregations of one search, in bytes.
pub const AGGREGATION_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Memory that a root may take for the aggregations of one search, in bytes of what leaves sent.
pub const AGGREGATION_ROOT_BYTES_MAX: usize = 512 * 1024 * 1024;
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
