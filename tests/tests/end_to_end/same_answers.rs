//! A search page's whole request set over real films: one leaf, and four leaves with two replicas each, give the same
//! ids, order, scores, totals, aggregations, highlights and suggestions, as text.
//!
//! Some hundred queries, made of words of the films, are each asked together with one of the things that a search can ask
//! for besides. The films reach the larger cluster in another order, in batches, with changes and deletions on the way.

mod corpus;
mod extras;
mod queries;

use futures::stream::{self, StreamExt as _};
use serde_json::{Map, Value, json};

use crate::harness::{Api, Cluster, Folder, Shape, alone, bulk_index_lines, load_changing, send};
use corpus::Film;

const INDEX: &str = "films";
/// Requests in flight.
const CONCURRENT: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_leaf_and_four_with_replicas_answer_a_request_set_alike() {
    let Some(films) = corpus::read() else { return };
    let _alone = alone().await;
    let shape = |leaves, replicas| Shape { leaves, replicas };
    let small_folder = Folder::new("same-answers-1");
    let small = Cluster::start(&small_folder, shape(1, 1)).await;
    let large_folder = Folder::new("same-answers-4");
    let large = Cluster::start(&large_folder, shape(4, 2)).await;
    let (small, large) = (small.api(), large.api());
    small.put(&format!("/{INDEX}"), &corpus::index(1)).await.ok();
    large.put(&format!("/{INDEX}"), &corpus::index(8)).await.ok();
    send(&small, INDEX, lines(&films)).await;
    load_films_changing(&large, &films).await;

    let requests = requests(&films);
    let found = stream::iter(&requests)
        .map(|request| compare(&small, &large, request))
        .buffer_unordered(CONCURRENT)
        .filter(|found| std::future::ready(*found))
        .count()
        .await;
    println!("{found} of {} requests find something", requests.len());
    assert!(requests.len() >= 300, "only {} requests", requests.len());
    assert!(
        found * 10 > requests.len() * 7,
        "only {found} requests find something"
    );
}

/// Every query with one thing to ask for besides, in turns, and everything besides with a query that finds much.
fn requests(films: &[Film]) -> Vec<Value> {
    let (queries, extras) = (queries::all(films), extras::all(films));
    let much = json!({"match": {"body": "love war family"}});
    let turns = queries.into_iter().zip(extras.iter().cycle());
    let mut requests: Vec<Value> = turns.map(|(query, extra)| merged(query, extra)).collect();
    requests.extend(extras.iter().map(|extra| merged(much.clone(), extra)));
    requests
}

fn merged(query: Value, extra: &Value) -> Value {
    let mut request = extra.clone();
    // What says a query of its own keeps it.
    if request.get("query").is_none() {
        request["query"] = query;
    }
    if request.get("track_total_hits").is_none() {
        request["track_total_hits"] = true.into();
    }
    request
}

/// Asks both; whether there was a hit.
async fn compare(small: &Api, large: &Api, request: &Value) -> bool {
    let path = format!("/{INDEX}/_search");
    let (expected, found) = (small.post(&path, request).await, large.post(&path, request).await);
    let (expected, found) = (comparable(expected.ok()), comparable(found.ok()));
    assert_eq!(
        found.to_string(),
        expected.to_string(),
        "four leaves (left) and one (right) differ over\n{request}"
    );
    let hits = found["hits"]["hits"].as_array().map_or(0, Vec::len);
    hits > 0 || found["hits"]["total"]["value"].as_u64() > Some(0)
}

/// What of an answer may not depend on the number of leaves: all but times, and who took part.
fn comparable(mut answer: Value) -> Value {
    let shards = &answer["_shards"];
    assert_eq!(shards["failed"], 0, "{answer}");
    assert_eq!(shards["total"], shards["successful"], "{answer}");
    assert_eq!(answer["timed_out"], false, "{answer}");
    let answer_fields = answer.as_object_mut().expect("an answer is an object");
    for key in ["took", "_shards", "coverage"] {
        answer_fields.remove(key);
    }
    forget_places(&mut answer);
    answer
}

/// Hits with an explanation say where they are; the operation that wrote them is numbered by shard.
fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for key in ["_node", "_shard", "_seq_no", "_version"] {
                fields.remove(key);
            }
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_places),
        _ => {}
    }
}

fn lines(films: &[Film]) -> String {
    bulk_index_lines(films.iter().map(|film| (film.id.as_str(), film.source.as_str())))
}

/// The films, and others that are replaced or deleted on the way.
async fn load_films_changing(api: &Api, films: &[Film]) {
    let wrong =
        json!({"title": "Love of war", "body": "A family at war.", "genres": ["War"], "year": 1, "cast": []});
    let documents = films.iter().map(|film| (film.id.as_str(), film.source.as_str()));
    let documents: Vec<(&str, &str)> = documents.collect();
    load_changing(api, INDEX, &documents, (&wrong.to_string(), 11)).await;
}

/// An object of these entries.
fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Object(entries.collect::<Map<_, _>>())
}
