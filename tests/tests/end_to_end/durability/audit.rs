//! The audit: reads back every document, in every way there is, and compares with the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::INDEX;
use super::model::Model;
use crate::harness::{Api, Found};

/// The most hits of one search.
const WINDOW: u64 = 10_000;
/// Documents that are also read one by one.
const READ_SINGLY: usize = 40;

/// Fails if a document is lost, there twice, or is what nobody wrote; otherwise settles the model.
pub(super) async fn check(api: &Api, model: &mut Model) {
    api.refresh(INDEX).await;
    let found = everything(api).await;

    let mut wrong = Vec::new();
    for (id, states) in model.documents() {
        let state = found.get(id).copied();
        if !states.contains(&state) {
            wrong.push(format!("{id} is {state:?}, and should be one of {states:?}"));
        }
    }
    let known: BTreeSet<&str> = model.documents().map(|(id, _)| id).collect();
    wrong.extend(
        found
            .keys()
            .filter(|id| !known.contains(id.as_str()))
            .map(|id| format!("{id} was never written")),
    );
    assert!(
        wrong.is_empty(),
        "{} documents are wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );

    ids_agree(api, &found).await;
    gets_agree(api, model, &found).await;
    model.settle(&found);
}

/// Every document that a search for everything finds, each of them once.
async fn everything(api: &Api) -> BTreeMap<String, u64> {
    let body = json!({"query": {"match_all": {}}, "size": WINDOW, "track_total_hits": true});
    let answer = api.search(INDEX, &body).await;
    assert!(
        answer.total() < WINDOW,
        "the index is too large to be looked at whole"
    );
    assert_eq!(
        answer.total(),
        answer.ids().len() as u64,
        "as many as are counted"
    );
    let mut found = BTreeMap::new();
    for hit in answer.hits() {
        let id = hit["_id"].as_str().expect("hits have ids");
        let n = hit["_source"]["n"]
            .as_u64()
            .unwrap_or_else(|| panic!("not what was written: {hit}"));
        assert!(found.insert(id.to_owned(), n).is_none(), "{id} is there twice");
    }
    found
}

/// Searches by id find each document once as well.
async fn ids_agree(api: &Api, found: &BTreeMap<String, u64>) {
    let ids: Vec<&String> = found.keys().collect();
    for some in ids.chunks(1_000) {
        let body = json!({"query": {"ids": {"values": some}}, "size": 2_000, "_source": false, "track_total_hits": true});
        let answer: Found = api.search(INDEX, &body).await;
        assert_eq!(answer.total(), some.len() as u64);
        let mut expected: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
        expected.sort_unstable();
        assert_eq!(answer.sorted_ids(), expected);
    }
}

/// Documents read one by one are the same, those that are gone among them.
async fn gets_agree(api: &Api, model: &Model, found: &BTreeMap<String, u64>) {
    let ids = model.ids();
    let step = ids.len().div_ceil(READ_SINGLY).max(1);
    for id in ids.iter().step_by(step) {
        let answer = api.get(&format!("/{INDEX}/_doc/{id}")).await;
        let read: Value = answer.json();
        assert_eq!(read["_source"]["n"].as_u64(), found.get(id).copied(), "{answer}");
    }
}
