//! Validation of writes against a mapping, and the fields that they add to it. Pure CPU work, for a blocking thread.

use rand::Rng;
use shared::catalog::IndexMeta;
use shared::document;
use shared::ids::{self, Shard};
use shared::log::Operation;
use shared::mapping::Mapping;

use super::{WriteAction, WriteItem};
use crate::error::ApiError;

/// An item after its first checks: its shard and operation, or why it is refused.
pub(super) type Checked = Result<(Shard, Operation), ApiError>;

/// Gives each item an id and a shard, and refuses those whose id or routing cannot be.
pub(super) fn place(items: Vec<WriteItem>, meta: &IndexMeta, rng: &mut impl Rng) -> Vec<Checked> {
    items.into_iter().map(|item| place_one(item, meta, rng)).collect()
}

fn place_one(item: WriteItem, meta: &IndexMeta, rng: &mut impl Rng) -> Checked {
    let id = item
        .id
        .unwrap_or_else(|| ids::random_uuid(rng).simple().to_string());
    ids::check_document_id(&id)?;
    if let Some(routing) = &item.routing {
        ids::check_document_id(routing)?;
    }
    let shard = meta.shard_of(item.routing.as_deref().unwrap_or(&id));
    let routing = item.routing;
    let operation = match (item.action, item.if_seq_no) {
        (WriteAction::Delete, None) => Operation::Delete { id },
        (WriteAction::Delete, Some(seq_no)) => Operation::DeleteIf { id, seq_no },
        (WriteAction::Index { source }, Some(seq_no)) => Operation::IndexIf {
            id,
            source,
            routing,
            seq_no,
        },
        (WriteAction::Index { source }, None) => Operation::Index {
            id,
            source,
            routing,
            create: false,
        },
        (WriteAction::Create { source }, None) => Operation::Index {
            id,
            source,
            routing,
            create: true,
        },
        (WriteAction::Create { .. }, Some(_)) => {
            return Err(ApiError::Validation(
                "create operations do not support compare and set. use index instead".to_owned(),
            ));
        }
        // Updates become one of the others before they come here.
        (WriteAction::Update(_), _) => return Err(ApiError::Internal),
    };
    Ok((shard, operation))
}

/// Checks the documents one after the other, each against the mapping as the ones before it grew it; refuses those
/// that do not fit. Returns the mapping that the others need, if it is more than the index has.
pub(super) fn check(operations: &mut [Checked], meta: &IndexMeta) -> Option<Mapping> {
    let mut grown: Option<Mapping> = None;
    for checked in operations {
        let Ok((_, operation)) = checked else {
            continue;
        };
        let Some(source) = operation.source() else {
            continue;
        };
        match check_document(source, grown.as_ref().unwrap_or(&meta.mapping), meta.text_slots) {
            Ok(None) => {}
            Ok(more) => grown = more,
            Err(error) => *checked = Err(error),
        }
    }
    grown
}

/// Checks a document's values; returns the mapping it needs if that is more than there is.
fn check_document(source: &str, mapping: &Mapping, text_slots: u16) -> Result<Option<Mapping>, ApiError> {
    let json = document::parse(source)?;
    let unmapped = document::discover(&json, mapping)?;
    if unmapped.is_empty() {
        document::walk(&json, mapping, &mut |_, _| {})?;
        return Ok(None);
    }
    let mut grown = mapping.clone();
    for new in unmapped {
        grown.add(&new.path, new.field, text_slots)?;
    }
    document::walk(&json, &grown, &mut |_, _| {})?;
    Ok(Some(grown))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::ids::IndexUuid;

    use super::*;

    fn meta() -> IndexMeta {
        IndexMeta {
            uuid: IndexUuid(uuid::Uuid::from_u128(1)),
            shards: 4,
            text_slots: 8,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Mapping::default(),
        }
    }

    fn item(id: &str, source: &serde_json::Value) -> WriteItem {
        let action = WriteAction::Index {
            source: source.to_string(),
        };
        WriteItem {
            index: "i".to_owned(),
            id: Some(id.to_owned()),
            routing: None,
            if_seq_no: None,
            action,
        }
    }

    #[test]
    fn one_bad_document_does_not_keep_the_others_out() {
        let items = vec![
            item("a", &json!({"n": 1})),
            item("b", &json!({"n": "many"})),
            item(&"x".repeat(600), &json!({"n": 2})),
            item("d", &json!({"n": 4, "t": "words"})),
        ];
        let mut operations = place(items, &meta(), &mut shared::random::from_seed(1));
        let grown = check(&mut operations, &meta()).unwrap();
        assert_eq!(
            operations.iter().map(Result::is_ok).collect::<Vec<_>>(),
            [true, false, false, true]
        );
        assert_eq!(grown.fields.keys().collect::<Vec<_>>(), ["n", "t"]);
    }

    #[test]
    fn a_refused_document_adds_no_field() {
        let mut operations = place(
            vec![
                item("a", &json!({"n": 1})),
                item("b", &json!({"new": "x", "n": "many"})),
            ],
            &meta(),
            &mut shared::random::from_seed(1),
        );
        let grown = check(&mut operations, &meta()).unwrap();
        assert!(!grown.fields.contains_key("new"));
    }

    #[test]
    fn ids_are_made_where_none_is_given_and_routing_decides_the_shard() {
        let mut rng = shared::random::from_seed(1);
        let source = WriteAction::Index {
            source: "{}".to_owned(),
        };
        let routed = |routing: &str| WriteItem {
            index: "i".to_owned(),
            id: None,
            routing: Some(routing.to_owned()),
            if_seq_no: None,
            action: source.clone(),
        };
        let placed = place(vec![routed("r"), routed("r")], &meta(), &mut rng);
        let [Ok((first, a)), Ok((second, b))] = placed.as_slice() else {
            panic!("both are fine")
        };
        assert_eq!(first, second);
        assert_ne!(a.id(), b.id());
    }
}
