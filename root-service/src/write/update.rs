//! What an update comes to, given the document that is there: a write that holds only for that document, or nothing.

use shared::wire::StoredDocument;

use super::item::{Update, WriteAction};
use super::partial;
use crate::error::ApiError;

/// What an update comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Write this, if the document was written by the operation of that number.
    Write {
        /// The write.
        action: WriteAction,
        /// The operation's number; `None` where there must be no document.
        if_seq_no: Option<u64>,
    },
    /// The document is as it should be.
    Nothing,
    /// There is no document, and none to put instead.
    Missing,
}

/// Decides it. CPU work, for a blocking thread if the documents are large.
///
/// # Errors
/// [`ApiError::Document`] for a part that is no JSON object.
pub fn change(there: Option<&StoredDocument>, update: &Update) -> Result<Change, ApiError> {
    let Some(there) = there else {
        let new = match (&update.upsert, &update.doc) {
            (Some(upsert), _) => Some(upsert),
            (None, Some(doc)) if update.doc_as_upsert => Some(doc),
            _ => None,
        };
        return Ok(new.map_or(Change::Missing, |source| Change::Write {
            // A document that comes in between is in the way.
            action: WriteAction::Create {
                source: source.clone(),
            },
            if_seq_no: None,
        }));
    };
    let Some(doc) = &update.doc else {
        return Ok(Change::Nothing);
    };
    let source = match partial::merge(&there.source, doc)? {
        Some(merged) => merged,
        None if update.write_unchanged => there.source.clone(),
        None => return Ok(Change::Nothing),
    };
    Ok(Change::Write {
        action: WriteAction::Index { source },
        if_seq_no: Some(there.seq_no),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there() -> StoredDocument {
        StoredDocument {
            id: "1".to_owned(),
            source: r#"{"n":1}"#.to_owned(),
            version: 3,
            seq_no: 9,
            routing: None,
        }
    }

    fn update(doc: &str) -> Update {
        Update {
            doc: Some(doc.to_owned()),
            ..Update::default()
        }
    }

    #[test]
    fn a_change_holds_only_for_the_document_it_was_made_of() {
        let changed = change(Some(&there()), &update(r#"{"n":2}"#)).unwrap();
        let action = WriteAction::Index {
            source: r#"{"n":2}"#.to_owned(),
        };
        let expected = Change::Write {
            action,
            if_seq_no: Some(9),
        };
        assert_eq!(changed, expected);
        assert_eq!(
            change(Some(&there()), &update(r#"{"n":1}"#)).unwrap(),
            Change::Nothing
        );
        let forced = Update {
            write_unchanged: true,
            ..update(r#"{"n":1}"#)
        };
        assert!(matches!(
            change(Some(&there()), &forced).unwrap(),
            Change::Write { .. }
        ));
    }

    #[test]
    fn where_nothing_is_the_upsert_is_put_if_there_is_still_nothing() {
        assert_eq!(change(None, &update("{}")).unwrap(), Change::Missing);
        let doc = Update {
            doc_as_upsert: true,
            ..update(r#"{"a":1}"#)
        };
        let upsert = Update {
            upsert: Some(r#"{"b":1}"#.to_owned()),
            ..doc.clone()
        };
        for (update, source) in [(doc, r#"{"a":1}"#), (upsert, r#"{"b":1}"#)] {
            let source = source.to_owned();
            let action = WriteAction::Create { source };
            let expected = Change::Write {
                action,
                if_seq_no: None,
            };
            assert_eq!(change(None, &update).unwrap(), expected);
        }
    }
}
