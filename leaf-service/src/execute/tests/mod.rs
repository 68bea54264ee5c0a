//! Tests of the read side: one module for each promise.

/// Aggregations that are too much are given up or refused.
mod aggregation_limits;
/// Aggregations depend on the documents alone.
mod aggregations;
/// The best documents of buckets are those of searches for them.
mod bucket_documents;
/// Keys may have no documents, and may have to be like something.
mod bucket_keys;
/// Collapsed hits are the first of each group.
mod collapsing;
/// Completions depend on the live documents alone.
mod completions;
/// The deadline stops a search, and what was found stays.
mod deadlines;
/// Ranges, sets and existence on exact fields.
mod exact;
/// Explanations say how scores came about.
mod explaining;
/// Documents by address and by id.
mod fetching;
/// Functions of documents change scores.
mod functions;
/// A query over one shard of one segment, and over many, gives the same bits.
mod layouts;
/// What matches is what the documents say, by brute force.
mod matches;
/// Phrases out of order.
mod phrases;
/// Phrases with slop match as trying every way to place their words says.
mod sloppy;
/// Orders of fields are those of a plain sort.
mod sorting;
/// Statistics depend on live documents alone.
mod statistics;
/// Nothing that a request says makes the leaf panic, and a panic stays with its shard.
mod traps;

/// Documents, and shards made of them.
mod fixture;
/// Random queries.
mod shapes;
