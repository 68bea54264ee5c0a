//! Batches survive the way there and back; damaged ones are refused; positions are taken once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::{Appended, Batch, BatchError, LogStore, Operation};
use crate::ids::{IndexUuid, Position, Shard};
use crate::store;

fn batch() -> Batch {
    batch_of(1)
}

fn batch_of(id: u128) -> Batch {
    let index = |id: &str| Operation::Index {
        id: id.to_owned(),
        source: r#"{"title":"a"}"#.repeat(20),
        routing: None,
        create: false,
    };
    let sections = BTreeMap::from([
        (
            Shard(0),
            vec![
                index("a"),
                Operation::Delete { id: "b".to_owned() },
                Operation::IndexIf {
                    id: "c".to_owned(),
                    source: "{}".to_owned(),
                    routing: None,
                    seq_no: 7,
                },
                Operation::DeleteIf {
                    id: "d".to_owned(),
                    seq_no: 8,
                },
                Operation::Pin {
                    id: Uuid::from_u128(9),
                    scroll: true,
                    until_ms: 1_700_000_000_000,
                },
            ],
        ),
        (Shard(3), vec![index("c")]),
    ]);
    Batch {
        id: Uuid::from_u128(id),
        catalog_version: 7,
        sections,
    }
}

#[test]
fn the_kinds_of_operations_keep_their_numbers() {
    let first_byte = |operation: &Operation| postcard::to_stdvec(operation).unwrap()[0];
    let numbers: Vec<u8> = batch().sections[&Shard(0)].iter().map(first_byte).collect();
    assert_eq!(
        numbers,
        [0, 1, 2, 3, 4],
        "logs that are there name kinds by these"
    );
}

#[test]
fn a_replica_reads_only_the_sections_it_wants() {
    let batch = batch();
    let bytes = batch.encode().unwrap();
    assert_eq!(Batch::decode(&bytes, |_| true).unwrap(), batch);
    let some = Batch::decode(&bytes, |shard| shard == Shard(3)).unwrap();
    assert_eq!(some.sections.keys().collect::<Vec<_>>(), [&Shard(3)]);
}

#[test]
fn damage_is_noticed_only_in_what_is_read() {
    let batch = batch();
    let mut bytes = batch.encode().unwrap().to_vec();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    assert!(matches!(
        Batch::decode(&bytes, |_| true),
        Err(BatchError::Checksum { .. })
    ));
    assert!(Batch::decode(&bytes, |shard| shard == Shard(0)).is_ok());
}

#[tokio::test]
async fn a_position_is_taken_once_and_a_repeated_put_is_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let log = LogStore::new(
        store::open_local(folder.path()).unwrap(),
        IndexUuid(Uuid::from_u128(7)),
    );
    let (ours, theirs) = (batch_of(1), batch_of(2));
    let put = async |batch: &Batch, at| {
        log.append(Position(at), batch.id, batch.encode().unwrap())
            .await
            .unwrap()
    };
    assert_eq!(put(&ours, 1).await, Appended::Yes);
    assert_eq!(put(&theirs, 1).await, Appended::Taken);
    assert_eq!(put(&ours, 1).await, Appended::Yes);
    assert_eq!(put(&theirs, 2).await, Appended::Yes);
    assert_eq!(log.tail(Position::START).await.unwrap(), Position(2));
    for at in 3..=40 {
        assert_eq!(put(&batch_of(u128::from(at)), at).await, Appended::Yes);
    }
    for known in [0, 1, 2, 39, 40] {
        assert_eq!(
            log.tail(Position(known)).await.unwrap(),
            Position(40),
            "from {known}"
        );
    }
    assert!(log.read(Position(41)).await.unwrap().is_none());
}

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(cut in 0_usize..400, flip in 0_usize..400, bit in 0_u8..8) {
        let mut bytes = batch().encode().unwrap().to_vec();
        let at = flip % bytes.len();
        bytes[at] ^= 1 << bit;
        bytes.truncate(bytes.len().saturating_sub(cut));
        let _ = Batch::decode(&bytes, |_| true);
    }
}
