//! Tests of the measures against values computed by hand.

use super::*;

/// Equal up to rounding in the last places.
fn assert_close(actual: Option<f64>, expected: f64) {
    let actual = actual.expect("there are relevant documents");
    assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
}

fn ranking(documents: &[&str]) -> Vec<String> {
    documents.iter().map(|&document| document.to_owned()).collect()
}

fn qrels(judgments: &[(&str, &str, i32)]) -> Qrels {
    let mut qrels = Qrels::default();
    for (query, document, relevance) in judgments {
        assert!(qrels.add(query, document, *relevance));
    }
    qrels
}

/// Four relevant documents (gains 3, 2, 2, 1), one judged useless, one judged harmful.
fn graded() -> Qrels {
    qrels(&[
        ("1", "a", 3),
        ("1", "b", 0),
        ("1", "c", 2),
        ("1", "e", 1),
        ("1", "f", 2),
        ("1", "g", -1),
    ])
}

#[test]
fn gains_are_graded_and_discounted_by_the_logarithm_of_the_rank() {
    let qrels = graded();
    let judgments = qrels.get("1").expect("a judged query");
    let found = ranking(&["a", "b", "c", "unjudged", "e"]);
    // 3/log2(2) + 2/log2(4) = 4, of 3/log2(2) + 2/log2(3) + 2/log2(4) = 5.261859507.
    assert_close(ndcg(&found, judgments, 3), 4.0 / 5.261_859_507_142_915);
    // 4 + 1/log2(6) = 4.386852807, of 5.261859507 + 1/log2(5) = 5.692536065.
    assert_close(
        ndcg(&found, judgments, 5),
        4.386_852_807_234_542 / 5.692_536_065_216_071,
    );
    assert_close(ndcg(&ranking(&["a", "f", "c", "e"]), judgments, 10), 1.0);
    assert_close(ndcg(&ranking(&["g", "b"]), judgments, 10), 0.0);
}

#[test]
fn average_precision_divides_by_all_relevant_documents() {
    let qrels = graded();
    let judgments = qrels.get("1").expect("a judged query");
    // Found at ranks 1, 3 and 5 of four: (1/1 + 2/3 + 3/5) / 4.
    assert_close(
        average_precision(&ranking(&["a", "b", "c", "unjudged", "e"]), judgments),
        2.266_666_666_666_666_7 / 4.0,
    );
}

#[test]
fn average_precision_looks_at_a_thousand_documents() {
    let qrels = qrels(&[("1", "a", 1)]);
    let judgments = qrels.get("1").expect("a judged query");
    let mut found: Vec<String> = (0..999).map(|number| format!("other {number}")).collect();
    found.push("a".to_owned());
    assert_close(average_precision(&found, judgments), 1.0 / 1000.0);
    found.insert(0, "one more".to_owned());
    assert_close(average_precision(&found, judgments), 0.0);
}

#[test]
fn recall_is_the_share_of_relevant_documents_among_the_first() {
    let qrels = graded();
    let judgments = qrels.get("1").expect("a judged query");
    let found = ranking(&["a", "b", "c", "unjudged", "e"]);
    for (k, expected) in [(0, 0.0), (1, 0.25), (3, 0.5), (5, 0.75), (1000, 0.75)] {
        assert_close(recall(&found, judgments, k), expected);
    }
}

#[test]
fn a_document_that_comes_twice_earns_its_gain_once_and_takes_both_ranks() {
    let qrels = qrels(&[("1", "a", 1), ("1", "b", 1)]);
    let judgments = qrels.get("1").expect("a judged query");
    let found = ranking(&["a", "a", "b"]);
    // Average precision: (1/1 + 2/3) / 2.
    assert_close(recall(&found, judgments, 2), 0.5);
    assert_close(average_precision(&found, judgments), 5.0 / 6.0);
    assert_close(ndcg(&found, judgments, 3), 1.5 / (1.0 + 1.0 / 3.0_f64.log2()));
}

#[test]
fn a_query_without_relevant_documents_has_no_measures() {
    let qrels = qrels(&[("1", "a", 0)]);
    let judgments = qrels.get("1").expect("a judged query");
    let found = ranking(&["a"]);
    assert_eq!(Measures::of(&found, judgments), None);
    assert_eq!(ndcg(&found, judgments, 10), None);
    assert_eq!(average_precision(&found, judgments), None);
    assert_eq!(recall(&found, judgments, 10), None);
}

#[test]
fn a_report_averages_over_judged_queries_and_counts_unanswered_ones_as_zero() {
    let qrels = qrels(&[
        ("1", "a", 1),
        ("2", "a", 1),
        ("2", "b", 1),
        ("3", "a", 0),
        ("4", "c", 1),
    ]);
    let rankings = [
        ("1", vec!["a"]),
        ("2", vec!["x", "b"]),
        ("3", vec!["a"]),
        ("not judged", vec!["a"]),
    ]
    .into_iter()
    .map(|(query, documents)| (query.to_owned(), ranking(&documents)))
    .collect();
    let report = Report::of(&qrels, &rankings);
    assert_eq!(report.queries.keys().collect::<Vec<_>>(), ["1", "2", "4"]);
    assert_eq!(report.unanswered, 1);
    // Query 1 is perfect, query 4 has no answer; query 2 finds one of two documents at rank 2.
    assert_close(Some(report.mean.average_precision), (1.0 + 0.25 + 0.0) / 3.0);
    assert_close(Some(report.mean.recall_at_100), (1.0 + 0.5 + 0.0) / 3.0);
    assert_close(Some(report.mean.recall_at_1000), (1.0 + 0.5 + 0.0) / 3.0);
    let second = (1.0 / 3.0_f64.log2()) / (1.0 + 1.0 / 3.0_f64.log2());
    assert_close(Some(report.queries["2"].ndcg_at_10), second);
    assert_close(Some(report.mean.ndcg_at_10), (1.0 + second) / 3.0);
}

#[test]
fn a_report_on_nothing_is_zero() {
    assert_eq!(Report::of(&Qrels::default(), &BTreeMap::new()), Report::default());
}
