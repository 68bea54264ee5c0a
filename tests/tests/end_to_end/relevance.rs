//! The quality of rankings on judged sets, over a sharded cluster: the same code as `gleaner eval`.

use datasets::evaluation::Measures;
use datasets::locate;
use gleaner::client::Client;
use gleaner::relevance::{self, JudgedSet};

use crate::harness::{Shape, SharedCluster, alone};

static CLUSTER: SharedCluster = SharedCluster::new(
    "relevance",
    Shape {
        leaves: 3,
        replicas: 1,
    },
);

/// The form in which all text of a document is one English field.
const FORM: &str = "match text";

/// The means over all judged queries of a set; none, said loudly, if the set is missing.
async fn measure(name: &str) -> Option<Measures> {
    let folder = locate::require(name)?;
    let _alone = alone().await;
    let set = JudgedSet::open(&folder).expect("the judged set can be read");
    let borrowed = CLUSTER.get().await;
    let client = Client::new(borrowed.cluster.url()).expect("the cluster's URL is one");
    let form = relevance::form(FORM).expect("the evaluation has this form");
    relevance::load(&client, name, &set, |_| {})
        .await
        .expect("every document goes in");
    let report = relevance::evaluate(&client, name, &set, form)
        .await
        .expect("every query is answered");
    assert_eq!(report.unanswered, 0);
    println!("{name}: {:?}", report.mean);
    Some(report.mean)
}

#[tokio::test]
async fn scifact_ranks_as_well_as_published() {
    let Some(mean) = measure("scifact").await else {
        return;
    };
    assert!(mean.ndcg_at_10 >= 0.68, "{mean:?}");
    assert!(mean.recall_at_100 >= 0.92, "{mean:?}");
}

#[tokio::test]
async fn cacm_ranks_as_well_as_published_with_its_repeated_words() {
    let Some(mean) = measure("cacm").await else { return };
    assert!(mean.average_precision >= 0.305, "{mean:?}");
}
