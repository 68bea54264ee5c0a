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
/// Tokens of one value of a field; what a chain of filters makes beyond is dropped. A text of the longest document has fewer.
pub const ANALYZED_TOKENS_MAX: usize = 20_000_000;
/// A text as char filters make it, in bytes; beyond, nothing is replaced any more.
pub const ANALYZED_TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The analysis settings of an index, in bytes of JSON: they are part of the catalog, which every change writes.
pub const ANALYSIS_BYTES_MAX: usize = 1024 * 1024;
/// Definitions of analyzers in an index; as many of tokenizers, filters and so on.
pub const ANALYSIS_DEFINITIONS_MAX: usize = 100;
/// A definition's name, in bytes.
pub const ANALYSIS_NAME_BYTES_MAX: usize = 128;
/// Filters of one analyzer.
pub const ANALYSIS_CHAIN_MAX: usize = 20;
/// Entries of one list of a definition: words, rules of synonyms.
pub const ANALYSIS_LIST_MAX: usize = 10_000;
/// One rule of a list, in bytes.
pub const ANALYSIS_RULE_BYTES_MAX: usize = 4_096;
/// A compiled pattern of a definition, in bytes.
pub const ANALYSIS_PATTERN_BYTES_MAX: usize = 512 * 1024;
/// Parts of a text that a pattern of a definition is matched in, in bytes: all matches may take the square of it.
pub const ANALYSIS_PATTERN_TEXT_BYTES: usize = 16 * 1024;
/// An n-gram, in characters.
pub const GRAM_CHARS_MAX: usize = 128;
/// `index.max_ngram_diff`: each one more is a token for each character of a text.
pub const GRAM_DIFFERENCE_MAX: u32 = 32;
/// Words of one shingle.
pub const SHINGLE_WORDS_MAX: usize = 8;
/// What stands between the words of a shingle, in bytes.
pub const SHINGLE_JOINT_BYTES_MAX: usize = 64;
/// Words of all rules of one filter of synonyms, as often as they stand for each other.
pub const SYNONYM_WORDS_MAX: usize = 200_000;
/// Words of one term of a rule of synonyms.
pub const SYNONYM_TERM_WORDS_MAX: usize = 16;
/// Terms on one side of a rule of synonyms.
pub const SYNONYM_RULE_TERMS_MAX: usize = 256;
/// Ways through the words of a query that synonyms of several words make.
pub const SYNONYM_PATHS_MAX: usize = 64;
/// Tokens that `_analyze` shows (Elasticsearch's `index.analyze.max_token_count`).
pub const ANALYZE_TOKENS_MAX: usize = 10_000;
/// Fields in one mapping, sub-fields counted (Elasticsearch's `index.mapping.total_fields.limit`).
pub const MAPPING_FIELDS_MAX: usize = 1_000;
/// Nesting of objects in a mapping (Elasticsearch's `index.mapping.depth.limit`).
pub const MAPPING_DEPTH_MAX: usize = 20;
/// The notes of a mapping (`_meta`), in bytes: every process holds every catalog.
pub const MAPPING_META_BYTES_MAX: usize = 64 * 1024;
/// How often the parameters of an index's fields may change: what they were is kept for replicas that read the log again.
pub const MAPPING_CHANGES_MAX: usize = 1_000;
/// Fields that one field's values are copied to: each is indexed as often.
pub const COPY_TARGETS_MAX: usize = 32;
/// Positions between two values of a text field; more than a phrase's slop reaches is for nothing.
pub const POSITION_GAP_MAX: u32 = 10_000;
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
/// How long a point in time or a scroll is kept at most after its last use, in seconds (Elasticsearch's
/// `search.max_keep_alive`): it keeps files that merges would have removed.
pub const KEEP_ALIVE_SECONDS_MAX: u64 = 24 * 60 * 60;
/// Points in time and scrolls of one index that are open at a time: each holds a view of every shard.
pub const PINS_MAX: usize = 300;
/// Ids of points in time or scrolls that one call closes.
pub const CONTEXT_IDS_MAX: usize = 1_024;
/// The id of a point in time or of a scroll, in bytes.
pub const CONTEXT_ID_BYTES_MAX: usize = 64 * 1024;
/// Clauses of one query, counted at its leaves.
pub const CLAUSES_MAX: usize = 1_024;
/// Nesting of one query. tantivy takes seconds at 100 and overflows the stack at 300.
pub const QUERY_DEPTH_MAX: usize = 20;
/// Names (`_name`) in one query: each is looked up in every hit shown.
pub const QUERY_NAMES_MAX: usize = 256;
/// The name of a query, in bytes.
pub const QUERY_NAME_BYTES_MAX: usize = 512;
/// Searches for the groups of collapsed hits in one request: hits times [`INNER_HITS_MAX`] at most, and far too many.
pub const GROUP_SEARCHES_MAX: usize = 1_000;
/// Kinds of hits shown of each group (`inner_hits` of `collapse`).
pub const INNER_HITS_MAX: usize = 16;
/// `from + size` of the hits of a group (Elasticsearch's `index.max_inner_result_window`).
pub const INNER_WINDOW_MAX: u64 = 100;
/// Numbers in the explanations of one search: some megabytes each on the wire, and more than anybody reads.
pub const EXPLANATION_PARTS_MAX: usize = 200_000;
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
/// Fields of one `highlight`, as they are named, and tags of a field.
pub const HIGHLIGHT_FIELDS_MAX: usize = 100;
/// Fragments of one field of a hit.
pub const HIGHLIGHT_FRAGMENTS_MAX: usize = 1_000;
/// A fragment, in characters, and what is shown of a field without a match.
pub const HIGHLIGHT_FRAGMENT_CHARS_MAX: usize = 100_000;
/// A tag of a `highlight`, in bytes.
pub const HIGHLIGHT_TAG_BYTES_MAX: usize = 256;
/// Characters of one field of a document that are highlighted (Elasticsearch's `index.highlight.max_analyzed_offset`).
pub const HIGHLIGHT_ANALYZED_CHARS_MAX: usize = 1_000_000;
/// Text that one search looks through to highlight it, in bytes; text counts once more for each phrase, pattern and fuzzy word
/// that is looked for in it. That is about a second of one core.
pub const HIGHLIGHT_TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Fragments of one search, in bytes.
pub const HIGHLIGHT_SHOWN_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Entries of `fields` or of `docvalue_fields` (Elasticsearch's `index.max_docvalue_fields_search`).
pub const SHOWN_FIELDS_MAX: usize = 100;
/// Memory that a leaf may take for the aggregations of one search, in bytes.
pub const AGGREGATION_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Memory that a root may take for the aggregations of one search, in bytes of what leaves sent.
pub const AGGREGATION_ROOT_BYTES_MAX: usize = 512 * 1024 * 1024;
/// `from` and `size` of one `top_hits` together (as in Elasticsearch): every bucket holds so many.
pub const TOP_HITS_MAX: u32 = 100;
/// Documents that all `top_hits` of an answer show: they are fetched like a page, which has no more.
pub const TOP_HITS_ALL_MAX: usize = 10_000;
/// Parts of `include` with `num_partitions`; more than any list of values needs.
pub const PARTITIONS_MAX: i64 = 1_000_000;
/// Suggestions of one search.
pub const SUGGESTIONS_MAX: usize = 100;
/// A text that is suggested for, in characters.
pub const SUGGEST_TEXT_CHARS_MAX: usize = 8 * 1024;
/// Similar words that a term suggestion shows or ranks for one word.
pub const SUGGEST_SIZE_MAX: u32 = 1_000;
/// Texts that a phrase suggestion shows or ranks, and candidates for one of its words.
pub const SUGGEST_CANDIDATES_MAX: u32 = 100;
/// Sources of candidates of one phrase suggestion.
pub const SUGGEST_GENERATORS_MAX: usize = 10;
/// Words, candidates and combinations whose frequencies the suggestions of one search look up.
pub const SUGGEST_LOOKUPS_MAX: usize = 10_000;
/// Words for which the suggestions of one search look for similar ones: each is a walk over all terms of a field.
pub const SUGGEST_EXPANSIONS_MAX: usize = 256;
/// Options that a completion shows: their documents are fetched like a page, which has no more.
pub const COMPLETION_SIZE_MAX: u32 = 10_000;
/// Inputs of one completion field of a document.
pub const COMPLETION_INPUTS_MAX: usize = 10_000;
/// `max_input_length` of a completion field, in UTF-16 units: an input and what it is looked up as are one term.
pub const COMPLETION_INPUT_LENGTH_MAX: u32 = 2_000;
/// Ways to look up one input, where an analyzer puts several words in one place.
pub const COMPLETION_PATHS_MAX: usize = 16;
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
