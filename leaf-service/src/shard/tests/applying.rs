//! What comes of operations, and that replicas agree on it.

use shared::ids::{Position, Shard};
use shared::wire::OpResult::{Conflict, Created, Deleted, NotFound, Updated};

use super::harness::{
    Harness, create, definition, delete, delete_if, found, ids, index, index_if, outcome, outcomes, refresh,
    soon,
};

#[tokio::test]
async fn operations_of_one_batch_see_those_before_them() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let operations = vec![
        index("x", "one"),
        index("x", "two"),
        create("x"),
        delete("x"),
        delete("x"),
        create("x"),
        create("y"),
    ];
    assert_eq!(
        harness.write(&shard, operations).await,
        [
            outcome(Created, 1, 0),
            outcome(Updated, 2, 1),
            outcome(Conflict, 2, 2),
            outcome(Deleted, 3, 3),
            outcome(NotFound, 1, 4),
            outcome(Created, 1, 5),
            outcome(Created, 1, 6),
        ]
    );
    let documents = refresh(&shard, Position(1)).await;
    assert_eq!(ids(&documents), ["x", "y"]);
    assert_eq!(documents[0].source, r#"{"title":"new"}"#);
    assert_eq!((documents[0].version, documents[0].seq_no), (1, 5));
}

#[tokio::test]
async fn operations_see_what_was_committed_before_them() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness
        .write(
            &shard,
            vec![index("x", "one"), index("y", "one"), index("z", "one")],
        )
        .await;
    refresh(&shard, Position(1)).await;
    let operations = vec![index("x", "two"), create("y"), delete("z"), delete("gone")];
    assert_eq!(
        harness.write(&shard, operations).await,
        [
            outcome(Updated, 2, 3),
            outcome(Conflict, 1, 4),
            outcome(Deleted, 2, 5),
            outcome(NotFound, 1, 6),
        ]
    );
    let documents = refresh(&shard, Position(2)).await;
    assert_eq!(ids(&documents), ["x", "y"]);
    assert_eq!(documents[0].source, r#"{"title":"two"}"#);
    assert_eq!(
        harness.write(&shard, vec![create("z")]).await,
        [outcome(Created, 1, 7)]
    );
}

#[tokio::test]
async fn a_condition_holds_for_the_document_that_an_operation_wrote_and_no_other() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let operations = vec![
        index("x", "one"),
        index_if("x", 0),
        index_if("x", 0),
        delete_if("x", 0),
        index_if("y", 0),
        index("z", "one"),
    ];
    assert_eq!(
        harness.write(&shard, operations).await,
        [
            outcome(Created, 1, 0),
            outcome(Updated, 2, 1),
            outcome(Conflict, 2, 1),
            outcome(Conflict, 2, 1),
            outcome(Conflict, 0, 4),
            outcome(Created, 1, 5),
        ]
    );
    refresh(&shard, Position(1)).await;
    let operations = vec![
        index_if("x", 0),
        index_if("x", 1),
        delete_if("z", 5),
        delete_if("z", 5),
    ];
    assert_eq!(
        harness.write(&shard, operations).await,
        [
            outcome(Conflict, 2, 1),
            outcome(Updated, 3, 7),
            outcome(Deleted, 2, 8),
            outcome(Conflict, 0, 9),
        ]
    );
    assert_eq!(ids(&refresh(&shard, Position(2)).await), ["x"]);
}

#[tokio::test]
async fn replicas_agree_whenever_they_commit() {
    let mut harness = Harness::new();
    let (often, once) = (
        harness.start_ready("often").await,
        harness.start_ready("once").await,
    );
    for round in 0..6 {
        let operations = (0..20)
            .map(|n| match (n + round) % 6 {
                0 => create(&format!("id{}", n % 7)),
                1 => delete(&format!("id{}", n % 5)),
                2 => index_if(&format!("id{n}"), n + round),
                3 => delete_if(&format!("id{}", n % 3), 20 * round),
                _ => index(&format!("id{n}"), &format!("round {round}")),
            })
            .collect();
        let position = harness.append(operations).await;
        assert_eq!(outcomes(&often, position).await, outcomes(&once, position).await);
        refresh(&often, position).await;
    }
    let last = Position(6);
    assert_eq!(refresh(&often, last).await, refresh(&once, last).await);
}

#[tokio::test]
async fn batches_of_other_shards_only_move_the_position() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    harness.write(&shard, vec![index("x", "one")]).await;
    refresh(&shard, Position(1)).await;
    let before = shard.view().unwrap();
    let other = harness.append_section(Shard(1), vec![index("y", "one")], 1).await;
    assert!(outcomes(&shard, other).await.is_empty());
    let after = shard.committed(other, soon()).await.unwrap();
    assert_eq!(after.position, other);
    assert_eq!(after.generation, before.generation);
    assert_eq!(ids(&found(&after)), ["x"]);
}

#[tokio::test]
async fn a_batch_waits_for_the_catalog_that_its_documents_were_validated_against() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    // Something is in the making under the mapping before.
    harness.write(&shard, vec![index("x", "running")]).await;
    let document = shared::log::Operation::Index {
        id: "y".to_owned(),
        source: r#"{"body":"running shoes"}"#.to_owned(),
        routing: None,
        create: false,
    };
    let position = harness
        .append_section(super::harness::SHARD, vec![document], 2)
        .await;
    shard.hint(position);
    let mut wanted = harness.catalog_wanted.subscribe();
    wanted.wait_for(|version| *version == 2).await.unwrap();
    assert_eq!(shard.progress().applied, Position(1));
    harness
        .definition
        .send_replace(definition(2, &["title", "body"], None));
    refresh(&shard, position).await;
    let view = shard.view().unwrap();
    let has = |text: &str| {
        let term = tantivy::Term::from_field_text(view.schema.text[1], text);
        view.searcher.doc_freq(&term).unwrap() > 0
    };
    assert!(
        has("run") && has("shoe") && !has("running"),
        "analyzed as English"
    );
}

#[tokio::test]
async fn a_document_that_does_not_fit_is_kept_without_its_fields() {
    let mut harness = Harness::new();
    let shard = harness.start_ready("a").await;
    let bad = |id: &str, source: &str| shared::log::Operation::Index {
        id: id.to_owned(),
        source: source.to_owned(),
        routing: None,
        create: false,
    };
    let operations = vec![
        bad("object", r#"{"title":{"a":"b"}}"#),
        bad("list", "[1]"),
        index("good", "one"),
    ];
    assert_eq!(
        harness.write(&shard, operations).await,
        [
            outcome(Created, 1, 0),
            outcome(Created, 1, 1),
            outcome(Created, 1, 2)
        ]
    );
    let documents = refresh(&shard, Position(1)).await;
    assert_eq!(ids(&documents), ["good", "list", "object"]);
    assert_eq!(documents[2].source, r#"{"title":{"a":"b"}}"#);
}
