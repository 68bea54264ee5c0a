//! Writes the seeds of all targets into `corpus/`: the requests, documents and messages of the end-to-end tests.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

#[path = "../../tests/end_to_end/same_answers/corpus.rs"]
#[allow(dead_code)]
mod corpus;
#[path = "../../tests/end_to_end/same_answers/extras.rs"]
mod extras;
#[path = "../../tests/end_to_end/same_answers/queries.rs"]
mod queries;

fn object(entries: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Object(entries.collect::<Map<_, _>>())
}

fn main() -> io::Result<()> {
    let films = corpus::read().expect("the seeds are made of the films: see GLEANER_DATASETS");
    let queries = queries::all(&films);
    let mut bodies: Vec<Value> = queries.iter().map(|query| json!({ "query": query })).collect();
    bodies.extend(extras::all(&films));
    for (number, body) in bodies.iter().enumerate() {
        write("query_body", number, body.to_string().as_bytes())?;
        for (nth, message) in fuzz::messages(body.to_string().as_bytes()).iter().enumerate() {
            write("wire", 10 * number + nth, message)?;
        }
    }
    let texts = queries.iter().filter_map(|query| {
        let of = |kind: &str| query[kind]["query"].as_str().map(str::to_owned);
        of("query_string").or_else(|| of("simple_query_string"))
    });
    let more = [
        "a AND (b OR NOT c)^2",
        "title:[a TO b} -\"x y\"~3",
        "year:>=1990 *:* /a.*b/",
        "a~1 b* c?d +e -f (g|h)",
    ];
    for (number, text) in texts.chain(more.map(str::to_owned)).enumerate() {
        write("query_string", number, text.as_bytes())?;
    }
    for (number, films) in films.chunks(3).take(40).enumerate() {
        let mut bulk = vec![7];
        for film in films {
            let action = json!({"index": {"_index": "films", "_id": film.id}});
            bulk.extend_from_slice(format!("{action}\n{}\n", film.source).as_bytes());
        }
        bulk.extend_from_slice(
            b"{\"delete\":{\"_id\":\"1\"}}\n{\"update\":{\"_id\":\"2\"}}\n{\"doc\":{\"year\":1}}\n",
        );
        write("bulk_body", number, &bulk)?;
    }
    Ok(())
}

fn write(target: &str, number: usize, bytes: &[u8]) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("seed-{number}")), bytes)
}
