//! The corpus and its queries: real papers, and words of the titles of such papers.

use datasets::{Document, locate};
use serde_json::{Value, json};

use super::INDEX;
use crate::harness::{Api, Shape, bulk_index_lines, eventually};

/// A real corpus, of which the first documents are taken.
const PAPERS: &str = "arxiv/arxiv-20k.ndjson.zst";
/// One to five words from the titles of such papers.
const QUERIES: &str = "queries/arxiv-title-words.tsv";
/// Documents of one bulk.
const BULK: usize = 1_000;
/// Shards for each leaf.
const SHARDS_PER_LEAF: u32 = 2;

/// Documents and queries.
pub(super) struct Corpus {
    papers: Vec<Document>,
    /// The bodies of searches, no two the same.
    pub(super) searches: Vec<Value>,
}

impl Corpus {
    /// So many papers, and every query; none, said loudly, if the data sets are missing.
    pub(super) fn read(papers: usize) -> Option<Self> {
        let (corpus, log) = (locate::require(PAPERS)?, locate::require(QUERIES)?);
        let papers = datasets::open(&corpus)
            .expect("the data set can be read")
            .take(papers)
            .collect::<Result<_, _>>()
            .expect("every line of it is a document");
        let mut texts: Vec<String> = datasets::queries::read(&log)
            .expect("the query log can be read")
            .into_iter()
            .map(|query| query.text)
            .collect();
        texts.sort_unstable();
        texts.dedup();
        Some(Self {
            papers,
            searches: texts.iter().map(|text| search(text)).collect(),
        })
    }

    /// Indexes the papers, and waits until every replica shows all of them.
    pub(super) async fn load(&self, api: &Api, shape: Shape) {
        let shards = shape.leaves * SHARDS_PER_LEAF;
        api.put(
            &format!("/{INDEX}"),
            &json!({"settings": {"number_of_shards": shards}}),
        )
        .await
        .ok();
        for papers in self.papers.chunks(BULK) {
            let pairs = papers
                .iter()
                .map(|paper| (paper.id.as_str(), paper.source.as_str()));
            let answer = api
                .bulk(&format!("/{INDEX}/_bulk"), bulk_index_lines(pairs))
                .await
                .ok();
            assert_eq!(answer["errors"], false, "{answer}");
        }
        api.refresh(INDEX).await;
        let wanted = self.papers.len() as u64 * u64::from(shape.replicas);
        eventually("every replica shows all papers", async || {
            let copies = api.get(&format!("/_cat/shards/{INDEX}?format=json")).await.ok();
            let copies = copies.as_array().cloned().unwrap_or_default();
            let papers = copies
                .iter()
                .filter_map(|copy| copy["docs"].as_str()?.parse::<u64>().ok());
            papers.sum::<u64>() == wanted
        })
        .await;
    }
}

/// Any of the words in title or abstract. The deadline is far, so that only a query that nobody helps is cut off.
fn search(text: &str) -> Value {
    json!({
        "query": {"multi_match": {"query": text, "type": "most_fields", "fields": ["title", "body"]}},
        "size": 10,
        "track_total_hits": true,
        "timeout": "15s",
    })
}
