//! The films, with some fields more than the set has: of every type that can be aggregated.

use datasets::locate;
use serde_json::{Value, json};

/// How many of them are indexed.
const FILMS: usize = 5_000;

/// A film.
#[derive(Clone, Debug)]
pub(super) struct Film {
    /// Its id.
    pub(super) id: String,
    /// Its JSON.
    pub(super) source: String,
    /// The same, parsed.
    pub(super) value: Value,
}

/// Every so-manieth film of the set, so that all years are there; none, said loudly, if the set is missing.
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
    let whole: Value = serde_json::from_str(&document.source).expect("sources are JSON");
    let mut value = json!({});
    for key in ["title", "body", "genres", "cast", "year"] {
        value[key] = whole[key].clone();
    }
    let year = whole["year"].as_u64().expect("every film has a year");
    // Numbers that look random and are always the same.
    let mixed = nth.wrapping_mul(2_654_435_761) >> 8;
    let ratings = [f64::from(mixed % 1_000) / 10.0, 0.1];
    value["rating"] = json!(ratings[..=usize::from(mixed.is_multiple_of(3))]);
    value["released"] = json!(format!(
        "{year}-{:02}-{:02}T{:02}:30:00Z",
        mixed % 12 + 1,
        mixed % 28 + 1,
        mixed % 24
    ));
    if !mixed.is_multiple_of(5) {
        value["talkie"] = json!(year > 1927);
    }
    Film {
        id: document.id,
        source: value.to_string(),
        value,
    }
}
