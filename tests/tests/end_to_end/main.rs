//! Tests over real processes: every cluster here is `gleaner up`, and is talked to over HTTP as a stranger would.
//!
//! Where a new test belongs:
//! - `processes`: the face of `gleaner up`: how it starts, stops, keeps its processes alive, and finds its data again;
//! - `documents`: writing and reading documents, indexes, mappings, and what `_cat` and `_cluster` tell of them;
//! - `searching`: every kind of query over a few documents whose answers are plain to see, and the shape of an answer;
//! - `calls`: aliases, several indexes, many searches or documents in one request, updates and their conflicts;
//! - `aggregations`: facets, histograms and metrics, equal for every number of leaves, and right;
//! - `analysis`: analyzers that an index defines: synonyms, stems, pieces of words;
//! - `suggesting`: similar words, likelier texts and completions, equal for every number of leaves;
//! - `highlights`: what hits show of their documents beside the source, equal for every number of leaves;
//! - `mappings`: types, parameters and changes of fields, and that replicas which begin anew find the same;
//! - `explaining`: what hits say of their scores, collapsed hits, least scores, equal for every number of leaves;
//! - `failing_replicas`: searches while replicas hang or die;
//! - `tail`: searches under constant load while a replica is slow, hangs and dies, and what is spent on helping them;
//! - `pit`: points in time and scrolls, while documents change and replicas die;
//! - `traces`: the spans that a collector gets of a request, from the client's own through the root to the leaves;
//! - `several_roots`: more than one root on the same leaves and store;
//! - `exact_ranking`: the same answers, to the last bit, however the documents are cut into shards and segments;
//! - `same_answers`: a search page's whole request set, equal for one leaf and for four with replicas;
//! - `durability`: what was acknowledged is there after a kill -9 of everything;
//! - `sweeping`: what `gleaner load sweep` measures, writes, and leaves behind;
//! - `relevance`: the quality of rankings on judged sets;
//! - `bad_input`: what no client should send, and the error that it reads;
//! - `clients`: other people's client libraries, unmodified.
//!
//! `harness` starts clusters, sends requests, and cleans up; it decides nothing about what is right.
//!
//! Tests of one module share a cluster where they can, each with indexes of its own. They wait for conditions, never for a
//! time, and assert outcomes, never durations.

mod aggregations;
mod analysis;
mod bad_input;
mod calls;
mod clients;
mod documents;
mod durability;
mod exact_ranking;
mod explaining;
mod failing_replicas;
mod harness;
mod highlights;
mod mappings;
mod pit;
mod processes;
mod relevance;
mod same_answers;
mod searching;
mod several_roots;
mod suggesting;
mod sweeping;
mod tail;
mod traces;
