//! The loaders on the shared data sets and on this machine's own registry, compared with what is known about them.

use std::collections::HashSet;

use datasets::verification::Verification;
use datasets::{Document, Format, cargo_registry, formats, locate, open, qrels, queries};
use serde_json::Value;

/// Reads the whole corpus, or skips the test if the data set is missing.
fn corpus(name: &str) -> Option<Vec<Document>> {
    let corpus = open(&locate::require(name)?).expect("the data set can be opened");
    let bytes_hint = corpus.info().bytes_hint;
    let documents: Vec<Document> = corpus.map(|document| document.expect("a good line")).collect();
    let bytes: usize = documents.iter().map(|document| document.source.len() + 1).sum();
    assert_eq!(bytes_hint, Some(bytes as u64), "{name}");
    Some(documents)
}

fn ids(documents: &[Document]) -> HashSet<&str> {
    documents.iter().map(|document| document.id.as_str()).collect()
}

/// Checks a judged collection: its counts, and that nothing that is judged is missing.
fn check_judged(name: &str, [documents, queries_all, queries_judged, judgments]: [usize; 4]) {
    let Some(corpus) = corpus(name) else { return };
    let Some(folder) = locate::require(name) else {
        return;
    };
    let queries = queries::read(&folder.join("queries.tsv")).expect("good queries");
    let qrels = qrels::read(&folder.join("qrels.txt")).expect("good judgments");
    let counts = [
        corpus.len(),
        queries.len(),
        qrels.iter().count(),
        qrels.judgments(),
    ];
    assert_eq!(counts, [documents, queries_all, queries_judged, judgments]);
    let ids = ids(&corpus);
    let judged = qrels
        .iter()
        .flat_map(|(_, judgments)| ids.iter().filter(|id| judgments.relevance(id) > 0));
    assert_eq!((ids.len(), judged.count()), (documents, judgments));
    assert!(
        qrels
            .iter()
            .all(|(judged, _)| queries.iter().any(|query| query.id == judged))
    );
}

#[test]
fn scifact_is_complete() {
    check_judged("scifact", [5183, 300, 300, 339]);
}

#[test]
fn cacm_is_complete() {
    check_judged("cacm", [3204, 64, 52, 796]);
}

#[test]
fn movies_are_complete() {
    let Some(documents) = corpus("movies") else { return };
    assert_eq!((documents.len(), ids(&documents).len()), (36_273, 36_273));
}

#[test]
fn arxiv_subsets_are_nested() {
    let (Some(small), Some(large)) = (
        corpus("arxiv/arxiv-1k.ndjson.zst"),
        corpus("arxiv/arxiv-20k.ndjson.zst"),
    ) else {
        return;
    };
    assert_eq!((small.len(), large.len()), (1000, 20_000));
    assert!(ids(&small).is_subset(&ids(&large)));
}

#[test]
fn query_logs_keep_their_weights_and_tags() {
    let Some(folder) = locate::require("queries") else {
        return;
    };
    let read = |file: &str| queries::read(&folder.join(file)).expect("good queries");
    let tagged = read("sbg-queries.tsv");
    assert_eq!(tagged.len(), 962);
    assert_eq!(
        tagged
            .iter()
            .filter(|query| query.tags.iter().any(|tag| tag == "phrase"))
            .count(),
        300
    );
    assert!(tagged.iter().all(|query| !query.tags.is_empty()));
    let weighted = read("wiki-clickstream-2023-06.tsv.zst");
    assert_eq!(weighted.len(), 10_000);
    assert!(
        weighted
            .iter()
            .all(|query| query.weight > 0.0 && query.weight < 0.02 && query.tags.is_empty())
    );
    assert_eq!(read("trec-million-query-2007-2009.tsv.zst").len(), 60_000);
    assert_eq!(read("arxiv-title-words.tsv").len(), 10_000);
}

#[test]
fn the_local_registry_holds_what_this_crate_was_built_from() {
    const DOCUMENTS: usize = 3000;
    let mut corpus = cargo_registry::open().expect("a crate with dependencies was built on this machine");
    assert!(corpus.info().documents_hint > Some(100));
    let mut kinds = HashSet::new();
    let mut seen = HashSet::new();
    for document in corpus.by_ref().take(DOCUMENTS) {
        let document = document.expect("registry files do not fail one by one");
        assert!(!document.source.contains('\n'));
        let fields: Value = serde_json::from_str(&document.source).expect("valid JSON");
        assert_eq!(fields["path"].as_str(), Some(document.id.as_str()));
        assert!(
            ["crate", "version", "title"]
                .iter()
                .all(|&field| fields[field].as_str() != Some("")),
            "{}",
            document.id
        );
        kinds.insert(fields["kind"].as_str().unwrap_or_default().to_owned());
        assert!(seen.insert(document.id));
    }
    assert_eq!(kinds.len(), 3, "{kinds:?}");
}

/// What is found by verifying a judged set of the shared folder.
fn verified(name: &str) -> Option<Verification> {
    let folder = locate::require(name)?;
    let mut corpus = open(&folder).expect("the data set can be opened");
    Some(Verification::run(&folder, &mut corpus, |_| {}))
}

#[test]
fn nothing_is_wrong_with_the_judged_sets() {
    for (name, queries, judgments) in [("scifact", 300, 339), ("cacm", 64, 796)] {
        let Some(found) = verified(name) else { return };
        assert!(!found.is_wrong(), "{found:?}");
        assert_eq!((found.queries, found.judgments), (Some(queries), Some(judgments)));
        let again = verified(name).expect("it was there before");
        assert_eq!(found.fingerprint.value(), again.fingerprint.value());
    }
}

#[test]
fn the_loader_of_arxiv_knows_the_fields_of_the_shared_subset() {
    let Some(documents) = corpus("arxiv/arxiv-1k.ndjson.zst") else {
        return;
    };
    let shared: HashSet<String> = documents
        .iter()
        .map(|document| {
            serde_json::from_str::<serde_json::Map<String, Value>>(&document.source).expect("valid JSON")
        })
        .flat_map(|fields| fields.into_iter().map(|(name, _)| name))
        .collect();
    let arxiv = formats()
        .iter()
        .find(|format| format.name == "arxiv")
        .expect("a format of the table");
    let known: HashSet<String> = arxiv.fields.iter().map(|field| field.name.to_owned()).collect();
    assert_eq!(shared, known);
}

#[test]
fn the_pages_about_this_project_are_a_folder_of_text() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let format = Format::of(&folder).expect("documentation is text");
    assert_eq!(format.name, "text");
    let mut corpus = format.open(&folder).expect("a folder");
    let expected = corpus.info().documents_hint;
    let mut titles = Vec::new();
    for document in corpus.by_ref() {
        let document = document.expect("pages do not fail one by one");
        let fields: Value = serde_json::from_str(&document.source).expect("valid JSON");
        titles.push(fields["title"].as_str().unwrap_or_default().to_owned());
        assert!(
            fields["body"].as_str().is_some_and(|body| !body.contains("](")),
            "{}",
            document.id
        );
    }
    assert_eq!(Some(titles.len() as u64), expected);
    assert!(
        titles
            .iter()
            .all(|title| !title.starts_with('#') && !title.is_empty()),
        "{titles:?}"
    );
}
