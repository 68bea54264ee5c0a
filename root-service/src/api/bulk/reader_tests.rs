//! Bulks in all chunkings, good and bad.

use super::*;

fn read(body: &[u8], chunk_bytes: usize, index: Option<&str>) -> Result<Bulk, ApiError> {
    let mut reader = BulkReader::new(Defaults {
        index: index.map(str::to_owned),
        routing: Some("r".to_owned()),
    });
    for chunk in body.chunks(chunk_bytes) {
        reader.feed(chunk)?;
    }
    reader.finish()
}

fn reason(body: &str) -> String {
    read(body.as_bytes(), body.len().max(1), None)
        .unwrap_err()
        .to_string()
}

const BODY: &str = concat!(
    "{\"index\":{\"_index\":\"a\",\"_id\":1}}\n",
    "{\"t\":\"one\"}\r\n",
    "\n",
    "{\"create\":{\"_index\":\"b\",\"_id\":\"ü\",\"routing\":\"s\"}}\n",
    "{\"t\":\"zwei\"}\n",
    "{\"delete\":{\"_index\":\"b\",\"_id\":\"x\"}}\n",
    "{\"update\":{\"_index\":\"b\",\"_id\":\"y\"}}\n",
    "{\"doc\":{}}\n",
    "{\"index\":{\"_index\":\"b\"}}\n",
    "not json, which is the item's own problem\n",
);

#[test]
fn every_chunking_reads_the_same() {
    let whole = read(BODY.as_bytes(), BODY.len(), None).unwrap();
    for chunk_bytes in 1..BODY.len() {
        assert_eq!(
            read(BODY.as_bytes(), chunk_bytes, None).unwrap(),
            whole,
            "{chunk_bytes}"
        );
    }
    let verbs: Vec<Verb> = whole.items.iter().map(|item| item.verb).collect();
    assert_eq!(
        verbs,
        [Verb::Index, Verb::Create, Verb::Delete, Verb::Update, Verb::Index]
    );
    assert_eq!(whole.writes.len(), 5);
    assert_eq!(
        whole.writes[0],
        WriteItem {
            index: "a".to_owned(),
            id: Some("1".to_owned()),
            routing: Some("r".to_owned()),
            if_seq_no: None,
            action: WriteAction::Index {
                source: "{\"t\":\"one\"}".to_owned()
            },
        }
    );
    assert_eq!(whole.writes[1].routing.as_deref(), Some("s"));
    assert_eq!(whole.writes[2].action, WriteAction::Delete);
    assert!(
        matches!(&whole.writes[3].action, WriteAction::Update(update) if update.doc.as_deref() == Some("{}"))
    );
    assert_eq!(whole.items[4].id, None);
    assert!(Arc::ptr_eq(&whole.items[1].index, &whole.items[2].index));
}

#[test]
fn a_bad_item_does_not_cost_the_others() {
    let mut body = b"{\"index\":{\"_id\":\"1\"}}\n{\"t\":\"\xff\"}\n".to_vec();
    body.extend_from_slice(b"{\"delete\":{}}\n{\"index\":{\"_id\":\"2\"}}\n{}\n");
    let bulk = read(&body, 7, Some("a")).unwrap();
    let refusals: Vec<Option<String>> = bulk
        .items
        .iter()
        .map(|item| item.refusal.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(
        refusals,
        [
            Some("failed to parse: the document is not valid UTF-8 at its byte [6]".to_owned()),
            Some("Validation Failed: 1: id is missing;".to_owned()),
            None,
        ]
    );
    assert_eq!(bulk.writes.len(), 1);
    assert_eq!(bulk.writes[0].id.as_deref(), Some("2"));
}

#[test]
fn a_bulk_that_is_out_of_step_is_refused_as_a_whole() {
    assert_eq!(reason(""), "request body is required");
    assert_eq!(reason("\n \n"), "Validation Failed: 1: no requests added;");
    assert_eq!(
        reason("{\"delete\":{\"_index\":\"a\",\"_id\":\"1\"}}"),
        "The bulk request must be terminated by a newline [\\n]"
    );
    assert_eq!(
        reason("{\"index\":{\"_index\":\"a\"}}\n{\"a\":1}"),
        "The bulk request must be terminated by a newline [\\n]"
    );
    assert_eq!(
        reason("\n{\"index\":{\"_index\":\"a\"}}\n"),
        "Malformed action/metadata line [2], the action [index] has no document on the line after it"
    );
    assert_eq!(
        reason("{\"index\":{}}\n{}\n"),
        "Validation Failed: 1: index is missing;"
    );
    let out_of_step = "{\"index\":{\"_index\":\"a\"}}\n{\"index\":{\"_index\":\"a\"}}\n{\"t\":1}\n";
    assert!(reason(out_of_step).starts_with("Malformed action/metadata line [3], expected field [create]"));
}

#[test]
fn the_number_of_operations_is_limited() {
    let line = "{\"delete\":{\"_id\":\"1\"}}\n";
    let mut reader = BulkReader::new(Defaults {
        index: Some("a".to_owned()),
        routing: None,
    });
    reader
        .feed(line.repeat(limits::BULK_OPERATIONS_MAX).as_bytes())
        .unwrap();
    let error = reader.feed(line.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("[1000000] operations"), "{error}");
}
