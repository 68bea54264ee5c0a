//! Documents by address and by id.

use std::sync::Arc;

use serde_json::json;
use shared::ids::Shard;
use shared::wire::clause::Clause;
use shared::wire::{Address, FetchItem};

use super::fixture::{Doc, Layout, bare, found, shards};
use crate::execute::{fetch, lookup};
use crate::view::View;

fn view_of(docs: &[Doc]) -> Arc<View> {
    let (_, view) = shards(
        docs,
        Layout {
            shards: 1,
            segments: 2,
        },
    )
    .remove(0);
    view.unwrap()
}

fn docs() -> Vec<Doc> {
    (0..6)
        .map(|number| Doc::new(format!("id {number}"), json!({ "body": format!("w{number}") })))
        .collect()
}

#[test]
fn what_was_found_is_fetched_by_its_address() {
    let view = view_of(&docs());
    let views = [(Shard(0), Ok(Arc::clone(&view)))];
    let (_, hits) = found(&views, &bare(Clause::All { boost: 1.0 }), 10, 0);
    assert_eq!(hits.len(), 6);
    for hit in hits {
        let item = FetchItem {
            shard: hit.shard,
            id: hit.id.clone(),
            address: Some(hit.address),
        };
        // The current view has lost the document; the one that was searched still has it.
        let document = fetch(&item, Some(&view), Some(&view_of(&[]))).unwrap().unwrap();
        assert_eq!(document.id, hit.id);
        assert_eq!(document.version, 1);
        assert_eq!(document.routing, None);
        assert_eq!(
            document.source,
            json!({ "body": hit.id.replace("id ", "w") }).to_string()
        );
    }
}

#[test]
fn an_address_that_does_not_fit_is_ignored() {
    let view = view_of(&docs());
    let address = |generation, segment, document| Address {
        generation,
        segment,
        document,
    };
    for address in [
        None,
        Some(address(view.generation, 0, 99)),
        Some(address(view.generation, 99, 0)),
        Some(address(view.generation, 0, 0)),
        Some(address(view.generation + 1, 0, 0)),
    ] {
        let item = |id: &str| FetchItem {
            shard: Shard(0),
            id: id.to_owned(),
            address,
        };
        let document = fetch(&item("id 5"), Some(&view), Some(&view)).unwrap();
        assert_eq!(document.unwrap().id, "id 5", "{address:?}");
        assert_eq!(fetch(&item("none"), Some(&view), Some(&view)).unwrap(), None);
        assert_eq!(fetch(&item("none"), None, None).unwrap(), None);
    }
}

#[test]
fn deleted_documents_are_not_found_by_id() {
    let mut docs = docs();
    docs[2].deleted = true;
    let view = view_of(&docs);
    assert_eq!(lookup(&view, "id 2").unwrap(), None);
    assert_eq!(lookup(&view, "id 3").unwrap().unwrap().seq_no, 3);
    assert_eq!(lookup(&view, "").unwrap(), None);
}
