//! Stored documents, by the address that a search gave or by id.

use shared::wire::{FetchItem, StoredDocument};
use tantivy::columnar::StrColumn;
use tantivy::schema::{IndexRecordOption, Value as _};
use tantivy::{DocAddress, DocId, DocSet, TERMINATED, TantivyDocument, Term};

use super::error::{ExecuteError, guarded};
use crate::view::View;

/// Reads a document that a search found.
///
/// `searched` is the view of the address's generation, if it is still held: the document is read as it was when it
/// was found. Otherwise, or if the item has no address, its id is looked up in `current`.
///
/// # Errors
/// [`ExecuteError`] if the index cannot be read.
pub fn fetch(
    item: &FetchItem,
    searched: Option<&View>,
    current: Option<&View>,
) -> Result<Option<StoredDocument>, ExecuteError> {
    guarded(|| {
        if let (Some(address), Some(view)) = (item.address, searched)
            && view.generation == address.generation
            && view.shard == item.shard
        {
            let at = DocAddress::new(address.segment, address.document);
            let found = read(view, at)?;
            if found.as_ref().is_some_and(|document| document.id == item.id) {
                return Ok(found);
            }
        }
        current.map_or(Ok(None), |view| find(view, &item.id))
    })
}

/// The live document of that id in a view.
///
/// # Errors
/// [`ExecuteError`] if the index cannot be read.
pub fn lookup(view: &View, id: &str) -> Result<Option<StoredDocument>, ExecuteError> {
    guarded(|| find(view, id))
}

fn find(view: &View, id: &str) -> Result<Option<StoredDocument>, ExecuteError> {
    place(view, id)?.map_or(Ok(None), |at| read(view, at))
}

/// Where a document is, by its address in the view that it was found in, or else by its id in the current one.
pub(super) fn located<'a>(
    item: &FetchItem,
    (searched, current): (Option<&'a View>, Option<&'a View>),
) -> Result<Option<(&'a View, DocAddress)>, ExecuteError> {
    if let (Some(address), Some(view)) = (item.address, searched)
        && view.generation == address.generation
        && view.shard == item.shard
        && let Some(reader) = view.searcher.segment_readers().get(address.segment as usize)
        && address.document < reader.max_doc()
        && id_of(view.ids(address.segment)?, address.document)? == item.id
    {
        let at = DocAddress::new(address.segment, address.document);
        return Ok(Some((view, at)));
    }
    let Some(view) = current else { return Ok(None) };
    Ok(place(view, &item.id)?.map(|at| (view, at)))
}

/// Where the live document of an id is.
fn place(view: &View, id: &str) -> Result<Option<DocAddress>, ExecuteError> {
    let term = Term::from_field_text(view.schema.id, id);
    for (segment, reader) in (0..).zip(view.searcher.segment_readers()) {
        let index = reader.inverted_index(view.schema.id)?;
        let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
            continue;
        };
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if !reader.is_deleted(doc) {
                return Ok(Some(DocAddress::new(segment, doc)));
            }
            doc = postings.advance();
        }
    }
    Ok(None)
}

/// The document at an address; `None` if there is no such place.
pub(super) fn read(view: &View, at: DocAddress) -> Result<Option<StoredDocument>, ExecuteError> {
    let readers = view.searcher.segment_readers();
    let segment = usize::try_from(at.segment_ord).unwrap_or(usize::MAX);
    if readers
        .get(segment)
        .is_none_or(|reader| at.doc_id >= reader.max_doc())
    {
        return Ok(None);
    }
    let stored: TantivyDocument = view.searcher.doc(at)?;
    let text = |field| {
        let value = stored.get_first(field)?;
        value.as_str().map(str::to_owned)
    };
    let number = |field| {
        stored
            .get_first(field)
            .and_then(|value| value.as_u64())
            .unwrap_or_default()
    };
    Ok(Some(StoredDocument {
        id: text(view.schema.id).unwrap_or_default(),
        source: text(view.schema.source).unwrap_or_default(),
        version: number(view.schema.version),
        seq_no: number(view.schema.seq_no),
        routing: text(view.schema.routing),
    }))
}

/// A document's id.
pub(super) fn id_of(ids: &StrColumn, doc: DocId) -> Result<String, ExecuteError> {
    let mut id = String::new();
    if let Some(ord) = ids.ords().first(doc) {
        ids.ord_to_str(ord, &mut id)?;
    }
    Ok(id)
}
