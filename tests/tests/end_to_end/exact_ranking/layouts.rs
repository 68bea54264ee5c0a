//! The ways in which the corpus is cut: shards, segments, and what deletions leave behind.

use serde_json::{Value, json};

use super::corpus::Paper;
use crate::harness::{Api, bulk_delete_line, bulk_index_lines, eventually};

/// The numbers of shards that are compared; the first is the reference.
const SHARDS: [u32; 4] = [1, 2, 4, 7];
/// Into how many batches, each committed by itself, a load in pieces is cut.
const BATCHES: usize = 6;

/// How the documents got into an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum History {
    /// All at once, with one commit.
    AtOnce,
    /// In batches with a commit after each.
    InPieces,
    /// Each batch with documents that are replaced or deleted later, in other batches.
    Changed,
}

/// One index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    shards: u32,
    history: History,
}

impl Layout {
    /// Every layout; the first is the reference.
    pub(super) fn all() -> Vec<Self> {
        let histories = [History::AtOnce, History::InPieces, History::Changed];
        let of = |history| SHARDS.map(move |shards| Self { shards, history });
        histories.into_iter().flat_map(of).collect()
    }

    /// The index's name.
    pub(super) fn index(self) -> String {
        let history = match self.history {
            History::AtOnce => "at-once",
            History::InPieces => "in-pieces",
            History::Changed => "changed",
        };
        format!("papers-{}-{history}", self.shards)
    }

    /// Makes the index and loads the corpus into it, with a history of its own and always the same end.
    pub(super) async fn load(self, api: &Api, corpus: &[Paper]) {
        let index = self.index();
        let english = json!({"type": "text", "analyzer": "english"});
        let body = json!({
            "settings": {"number_of_shards": self.shards, "refresh_interval": "-1"},
            "mappings": {"properties": {
                "title": {"type": "text"},
                "body": english,
                "categories": {"type": "keyword"},
                "year": {"type": "long"},
            }},
        });
        api.put(&format!("/{index}"), &body).await.ok();
        match self.history {
            History::AtOnce => send(api, &index, lines(corpus.iter())).await,
            History::InPieces => {
                // In another order too: the last documents first.
                for batch in corpus.rchunks(corpus.len().div_ceil(BATCHES)) {
                    send(api, &index, lines(batch.iter())).await;
                }
            }
            History::Changed => self.load_changing(api, corpus).await,
        }
    }

    async fn load_changing(self, api: &Api, corpus: &[Paper]) {
        let index = self.index();
        let size = corpus.len().div_ceil(BATCHES);
        for (nth, batch) in corpus.chunks(size).enumerate() {
            // Every third document is wrong at first, and for every fifth one comes that is never to stay.
            let mut body = String::new();
            for (at, paper) in batch.iter().enumerate() {
                let wrong =
                    json!({"title": format!("draft of a theory {at}"), "body": paper.title, "year": 1});
                let wrong = wrong.to_string();
                let source = if at % 3 == 0 { &wrong } else { &paper.source };
                body += &bulk_index_lines([(paper.id.as_str(), source.as_str())]);
                if at % 5 == 0 {
                    let id = format!("withdrawn-{nth}-{at}");
                    body += &bulk_index_lines([(id.as_str(), paper.source.as_str())]);
                }
            }
            send(api, &index, body).await;
        }
        // The corrections come in two commits, so that some segments have lost documents twice.
        for part in 0..2 {
            let mut body = String::new();
            for (nth, batch) in corpus.chunks(size).enumerate() {
                for (at, paper) in batch.iter().enumerate().filter(|(at, _)| at % 2 == part) {
                    if at % 3 == 0 {
                        body += &bulk_index_lines([(paper.id.as_str(), paper.source.as_str())]);
                    }
                    if at % 5 == 0 {
                        let id = format!("withdrawn-{nth}-{at}");
                        body += &bulk_delete_line(&id);
                    }
                }
            }
            send(api, &index, body).await;
        }
    }

    /// Fails if the index is not cut as it should be: the comparison would prove less than it claims.
    pub(super) async fn check_segments(self, api: &Api) {
        let path = format!("/_cat/shards/{}?format=json&h=shard,segments.count", self.index());
        // The table shows what replicas reported last, which may be from before the last commit.
        eventually(&format!("{} is cut as it should be", self.index()), async || {
            let rows = api.get(&path).await.ok();
            let rows = rows.as_array().expect("a list of rows");
            let counts: Vec<u64> = rows.iter().filter_map(segments).collect();
            counts.len() == self.shards as usize
                && counts.iter().all(|count| match self.history {
                    History::AtOnce => *count == 1,
                    History::InPieces | History::Changed => *count > 1,
                })
        })
        .await;
    }
}

fn segments(row: &Value) -> Option<u64> {
    row["segments.count"].as_str()?.parse().ok()
}

fn lines<'a>(papers: impl Iterator<Item = &'a Paper>) -> String {
    bulk_index_lines(papers.map(|paper| (paper.id.as_str(), paper.source.as_str())))
}

/// Sends a bulk, all of which must go in, and commits it.
async fn send(api: &Api, index: &str, body: String) {
    let answer = api.bulk(&format!("/{index}/_bulk?refresh=true"), body).await;
    assert!(answer.text.contains("\"errors\":false"), "{answer}");
}
