//! What an answer ranks, to the last bit.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::harness::{Api, Found};

/// Hits that are compared.
const DEPTH: usize = 100;

/// A ranking: ids and scores, best first, and how many documents match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranking {
    total: u64,
    hits: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    hits: Hits<'a>,
}

#[derive(Deserialize)]
struct Hits<'a> {
    #[serde(borrow)]
    hits: Vec<Hit<'a>>,
}

#[derive(Deserialize)]
struct Hit<'a> {
    #[serde(rename = "_id")]
    id: String,
    // As text: a number could lose what the answer tells.
    #[serde(rename = "_score", borrow)]
    score: &'a RawValue,
}

impl Ranking {
    /// Asks one query.
    pub(super) async fn ask(api: &Api, index: &str, query: &Value) -> Self {
        let body = json!({"query": query, "size": DEPTH, "track_total_hits": true, "_source": false});
        let answer = api.post(&format!("/{index}/_search"), &body).await;
        let found = Found::new(answer.ok());
        found.assert_complete();
        let body: Body<'_> = serde_json::from_str(&answer.text).expect("hits have ids and scores");
        let hits = body
            .hits
            .hits
            .into_iter()
            .map(|hit| (hit.id, hit.score.get().to_owned()));
        Self {
            total: found.total(),
            hits: hits.collect(),
        }
    }

    /// How many documents match.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// In what `other` differs, if it does.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.total != other.total {
            return Some(format!("{} documents instead of {}", other.total, self.total));
        }
        let first = self.hits.iter().zip(&other.hits).position(|(a, b)| a != b);
        if let Some(at) = first {
            return Some(format!(
                "at rank {at} {:?} instead of {:?}",
                other.hits[at], self.hits[at]
            ));
        }
        (self.hits.len() != other.hits.len())
            .then(|| format!("{} hits instead of {}", other.hits.len(), self.hits.len()))
    }
}
