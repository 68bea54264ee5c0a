//! Documents on their way into an index: straight, or with what becomes of documents in real life.

use super::{Api, bulk_delete_line, bulk_index_lines};

/// Into how many batches, each committed by itself, documents that change are cut.
const BATCHES: usize = 5;

/// Sends a bulk of which nothing may fail, and makes it visible.
pub(crate) async fn send(api: &Api, index: &str, body: String) {
    let answer = api.bulk(&format!("/{index}/_bulk?refresh=true"), body).await.ok();
    assert_eq!(answer["errors"], false, "a bulk has errors");
}

/// Loads documents in batches, last ones first; every so-manieth is first written wrong, with another beside it that is deleted
/// later.
pub(crate) async fn load_changing(
    api: &Api,
    index: &str,
    documents: &[(&str, &str)],
    (wrong, every): (&str, usize),
) {
    let batches = || documents.rchunks(documents.len().div_ceil(BATCHES));
    for batch in batches() {
        let mut body = bulk_index_lines(batch.iter().copied());
        for (id, _) in batch.iter().step_by(every) {
            let withdrawn = format!("withdrawn-{id}");
            body += &bulk_index_lines([(*id, wrong), (&withdrawn, wrong)]);
        }
        send(api, index, body).await;
    }
    let mut body = String::new();
    for (id, source) in batches().flat_map(|batch| batch.iter().step_by(every)) {
        body += &bulk_index_lines([(*id, *source)]);
        body += &bulk_delete_line(&format!("withdrawn-{id}"));
    }
    send(api, index, body).await;
}
