//! Functions of documents: what they compute, and what they refuse.

use serde_json::json;
use shared::wire::LeafError;
use shared::wire::clause::{
    BoostMode, Clause, DecayShape, Function, FunctionValue, Modifier, Pick, Rescore, ScoreMode,
};
use tokio::time::Instant;

use super::fixture::{Doc, Layout, bare, far, found, request, shards};
use crate::execute::{ShardView, search};

fn views() -> Vec<ShardView> {
    let docs = [
        Doc::new("a", json!({"n": [4, 16]})),
        Doc::new("b", json!({"n": 9})),
        Doc::new("c", json!({"tag": "x"})),
        Doc {
            deleted: true,
            ..Doc::new("d", json!({}))
        },
    ];
    let layout = Layout {
        shards: 2,
        segments: 1,
    };
    shards(&docs, layout)
}

fn rescored(value: FunctionValue, score_min: Option<f32>) -> Clause {
    Clause::Rescored {
        clause: Box::new(Clause::All { boost: 2.0 }),
        rescore: Box::new(Rescore {
            functions: vec![Function {
                filter: None,
                weight: 3.0,
                value,
            }],
            score_mode: ScoreMode::Multiply,
            boost_mode: BoostMode::Sum,
            function_max: 100.0,
            score_min,
        }),
    }
}

fn root_of(missing: Option<f64>) -> FunctionValue {
    FunctionValue::Field {
        path: "n".to_owned(),
        factor: 1.0,
        modifier: Modifier::Sqrt,
        missing,
    }
}

fn scores(clause: Clause) -> Vec<(String, f32)> {
    let (_, hits) = found(&views(), &bare(clause), 10, u64::MAX);
    hits.into_iter().map(|hit| (hit.id, hit.score)).collect()
}

#[test]
fn a_fields_least_value_counts_or_the_one_for_documents_without() {
    let of = |id: &str, score| (id.to_owned(), score);
    assert_eq!(
        scores(rescored(root_of(Some(0.0)), None)),
        [of("b", 11.0), of("a", 8.0), of("c", 2.0)]
    );
    assert_eq!(
        scores(rescored(root_of(Some(0.0)), Some(8.0))),
        [of("b", 11.0), of("a", 8.0)]
    );
    let decay = FunctionValue::Decay {
        path: "n".to_owned(),
        origin: 14.0,
        offset: 1.0,
        rate: 8.0,
        shape: DecayShape::Linear,
        pick: Pick::Min,
    };
    assert_eq!(
        scores(rescored(decay, None)),
        [of("c", 5.0), of("a", 4.625), of("b", 3.5)]
    );
}

#[test]
fn a_document_without_a_value_that_is_needed_is_an_error_that_says_so() {
    let views = views();
    let request = request(&views, &bare(rescored(root_of(None), None)), 10, 0);
    match search(&views, &request, far(), Instant::now) {
        Err(LeafError::BadRequest(reason)) => {
            assert!(reason.starts_with("Missing value for field [n]"), "{reason}");
        }
        other => panic!("{other:?}"),
    }
}
