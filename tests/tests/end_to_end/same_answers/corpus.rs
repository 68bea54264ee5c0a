//! The films as a search page would index them: with synonyms, sub-fields for each purpose, and fields of many types.

use datasets::locate;
use serde_json::{Value, json};

/// How many of them are indexed.
const FILMS: usize = 4_000;

/// A film.
#[derive(Clone, Debug)]
pub(super) struct Film {
    /// Its id.
    pub(super) id: String,
    /// Its JSON.
    pub(super) source: String,
    /// The words of its title.
    pub(super) title: Vec<String>,
    /// The words of its body.
    pub(super) body: Vec<String>,
}

/// Every so-manieth film of the set; none, said loudly, if the set is missing.
pub(super) fn read() -> Option<Vec<Film>> {
    let path = locate::require("movies")?;
    let all: Vec<datasets::Document> = datasets::open(&path)
        .expect("the data set can be read")
        .collect::<Result<_, _>>()
        .expect("every line of it is a document");
    let step = (all.len() / FILMS).max(1);
    let some = all.into_iter().step_by(step).take(FILMS);
    Some(
        (0..)
            .zip(some)
            .map(|(nth, document)| film(nth, document))
            .collect(),
    )
}

fn film(nth: u32, document: datasets::Document) -> Film {
    let mut value: Value = serde_json::from_str(&document.source).expect("sources are JSON");
    let year = value["year"].as_u64().expect("every film has a year");
    // Numbers that look random and are always the same.
    let mixed = nth.wrapping_mul(2_654_435_761) >> 8;
    value["rating"] = json!(f64::from(mixed % 100) / 10.0);
    value["votes"] = json!(mixed % 5_000);
    value["released"] = json!(format!("{year}-{:02}-{:02}", mixed % 12 + 1, mixed % 28 + 1));
    value["talkie"] = json!(year > 1927);
    value["studio"] = json!({"address": format!("10.{}.{}.{}", mixed % 4, mixed % 100, mixed % 250)});
    value["suggest"] = json!({"input": [value["title"]], "weight": mixed % 50});
    let words = |key: &str| -> Vec<String> {
        let text = value[key].as_str().unwrap_or_default();
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .filter(|word| word.len() > 2)
            .map(str::to_lowercase)
            .collect()
    };
    Film {
        title: words("title"),
        body: words("body"),
        id: document.id,
        source: value.to_string(),
    }
}

/// The index of the films.
pub(super) fn index(shards: u32) -> Value {
    let keyword = json!({"type": "keyword"});
    json!({
        "settings": {"number_of_shards": shards, "refresh_interval": "-1", "analysis": analysis()},
        "mappings": {"dynamic": "strict", "properties": {
            "title": {"type": "text", "search_analyzer": "with_synonyms", "copy_to": "all", "fields": {
                "raw": {"type": "keyword", "normalizer": "plain"},
                "typed": {"type": "text", "analyzer": "begun", "search_analyzer": "standard"},
                "pairs": {"type": "text", "analyzer": "pairs"},
            }},
            "body": {"type": "text", "analyzer": "english", "copy_to": "all"},
            "all": {"type": "text", "norms": false},
            "genres": keyword,
            "cast": {"type": "text", "fields": {"raw": keyword}},
            "year": {"type": "short"},
            "rating": {"type": "half_float"},
            "votes": {"type": "integer"},
            "talkie": {"type": "boolean"},
            "released": {"type": "date", "format": "yyyy-MM-dd"},
            "studio": {"properties": {"address": {"type": "ip"}}},
            "suggest": {"type": "completion"},
            "id": keyword,
            "url": {"type": "keyword", "index": false},
        }},
    })
}

fn analysis() -> Value {
    json!({
        "filter": {
            "same": {"type": "synonym_graph", "synonyms": [
                "film, movie, motion picture",
                "kid, child",
                "western => western, wild west",
            ]},
            "grams": {"type": "edge_ngram", "min_gram": 2, "max_gram": 8},
            "two": {"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 2},
        },
        "normalizer": {"plain": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
        "analyzer": {
            "with_synonyms": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "same"]},
            "begun": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "grams"]},
            "pairs": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "two"]},
        },
    })
}
