//! The queries: every kind that is offered, with words of real films.

use serde_json::{Value, json};

use super::corpus::Film;

/// Films from which the words of each kind of query are taken.
const FILMS_ASKED: usize = 8;

/// All of them.
pub(super) fn all(films: &[Film]) -> Vec<Value> {
    let asked = films
        .iter()
        .filter(|film| film.title.len() > 1 && film.body.len() > 20)
        .step_by(films.len() / (2 * FILMS_ASKED))
        .take(FILMS_ASKED);
    let mut queries: Vec<Value> = asked
        .flat_map(|film| {
            let mut queries = of_words(film);
            queries.extend(of_patterns(film));
            queries.extend(of_several_fields(film));
            queries.extend(combined(film));
            queries
        })
        .collect();
    queries.extend(of_values());
    queries
}

fn of_words(film: &Film) -> Vec<Value> {
    let (title, body) = (film.title.join(" "), film.body[5..9].join(" "));
    let phrase = film.body[10..12].join(" ");
    vec![
        json!({"match": {"title": title}}),
        json!({"match": {"body": body}}),
        json!({"match": {"body": {"query": body, "operator": "and"}}}),
        json!({"match": {"body": {"query": body, "minimum_should_match": "2<75%"}}}),
        json!({"match": {"title": {"query": format!("{title} motion picture kid"), "operator": "or"}}}),
        json!({"match": {"title": {"query": misspelt(&title), "fuzziness": "AUTO"}}}),
        json!({"match": {"all": title}}),
        json!({"match": {"title.typed": &title[..title.len().min(6)]}}),
        json!({"match_phrase": {"body": phrase}}),
        json!({"match_phrase": {"body": {"query": phrase, "slop": 3}}}),
        json!({"match_phrase": {"title": "motion picture"}}),
        json!({"match_phrase_prefix": {"body": format!("{} {}", film.body[10], begun(&film.body[11]))}}),
        json!({"match_bool_prefix": {"title": format!("{} {}", film.title[0], begun(&film.title[1]))}}),
    ]
}

fn of_patterns(film: &Film) -> Vec<Value> {
    let word = film
        .body
        .iter()
        .find(|word| word.len() > 5)
        .expect("bodies have long words");
    vec![
        json!({"prefix": {"title": begun(&film.title[1])}}),
        json!({"wildcard": {"title.raw": {"value": format!("*{}*", film.title[0]), "case_insensitive": true}}}),
        json!({"regexp": {"body": format!("{}.*", begun(word))}}),
        json!({"fuzzy": {"title": {"value": misspelt(&film.title[1]), "fuzziness": 1}}}),
        json!({"query_string": {"query": format!("title:{}* OR body:{} OR year:[1990 TO 1995]", begun(&film.title[1]), word), "default_field": "body"}}),
        json!({"query_string": {"query": format!("\"{}\"~2 {}~1", film.body[10..12].join(" "), misspelt(word)), "fields": ["body", "title^2"]}}),
        json!({"simple_query_string": {"query": format!("{} + {}* -{}", word, begun(&film.body[6]), film.title[0]), "fields": ["body", "all"]}}),
    ]
}

fn of_several_fields(film: &Film) -> Vec<Value> {
    let text = format!("{} {}", film.title[0], film.body[7]);
    let over = |kind: &str| json!({"multi_match": {"query": text, "type": kind, "fields": ["title^3", "body", "cast"], "tie_breaker": 0.2}});
    let mut queries: Vec<Value> = [
        "best_fields",
        "most_fields",
        "cross_fields",
        "phrase",
        "phrase_prefix",
    ]
    .iter()
    .map(|kind| over(kind))
    .collect();
    queries.push(json!({"multi_match": {"query": text, "type": "bool_prefix", "fields": ["title", "title.typed", "body"]}}));
    queries.push(json!({"multi_match": {"query": text, "fields": ["*"], "lenient": true}}));
    queries
}

fn combined(film: &Film) -> Vec<Value> {
    let named =
        |field: &str, text: &str, name: &str| json!({"match": {field: {"query": text, "_name": name}}});
    let title = film.title.join(" ");
    vec![
        json!({"bool": {
            "must": [named("body", &film.body[5..8].join(" "), "said")],
            "should": [named("title", &title, "called"), {"term": {"genres": {"value": "Drama", "_name": "drama"}}}],
            "filter": [{"range": {"year": {"gte": 1930}}}],
            "must_not": [{"term": {"genres": "Silent"}}],
        }}),
        json!({"dis_max": {"queries": [{"match": {"title": title}}, {"match": {"body": title}}], "tie_breaker": 0.3}}),
        json!({"boosting": {"positive": {"match": {"body": film.body[5..9].join(" ")}}, "negative": {"term": {"talkie": false}}, "negative_boost": 0.2}}),
        json!({"constant_score": {"filter": {"match_phrase": {"body": film.body[10..12].join(" ")}}, "boost": 2}}),
        json!({"function_score": {
            "query": {"match": {"body": film.body[6..9].join(" ")}},
            "functions": [
                {"filter": {"term": {"genres": "Comedy"}}, "weight": 1.5},
                {"field_value_factor": {"field": "rating", "factor": 0.1, "modifier": "ln2p", "missing": 1}},
                {"gauss": {"released": {"origin": "1950-01-01", "scale": "3650d", "offset": "365d", "decay": 0.4}}},
            ],
            "score_mode": "sum", "boost_mode": "multiply",
        }}),
        json!({"function_score": {"query": {"match": {"body": &film.body[7]}}, "random_score": {"seed": 7}, "boost_mode": "replace"}}),
    ]
}

fn of_values() -> Vec<Value> {
    let mut queries = vec![
        json!({"match_all": {}}),
        json!({"match_none": {}}),
        json!({"term": {"studio.address": "10.1.0.0/16"}}),
        json!({"range": {"studio.address": {"gte": "10.2.50.0", "lt": "10.3.0.0"}}}),
        json!({"range": {"released": {"gte": "1990-01-01||/y", "lt": "2000-01-01"}}}),
        json!({"range": {"rating": {"gt": 9.2}}}),
        json!({"terms": {"genres": ["Noir", "Mystery", "Spy"]}}),
        json!({"terms": {"votes": (0..500).collect::<Vec<u32>>()}}),
        json!({"term": {"title.raw": "the kid"}}),
        json!({"term": {"talkie": true}}),
        json!({"exists": {"field": "cast"}}),
        json!({"ids": {"values": ["1", "10", "100", "1000", "19", "28"]}}),
        json!({"term": {"year": 1955}}),
        json!({"query_string": {"query": "rating:>=9.5 AND -genres:Drama"}}),
    ];
    for genre in ["Comedy", "Drama", "Western", "Horror", "War", "Science Fiction"] {
        for year in [1925, 1950, 1975, 2000] {
            queries.push(json!({"bool": {
                "filter": [{"term": {"genres": genre}}, {"range": {"year": {"gte": year, "lt": year + 15}}}],
                "should": [{"match": {"body": "family town love police"}}],
            }}));
        }
    }
    queries
}

/// The beginning of a word.
fn begun(word: &str) -> String {
    word.chars().take(3).collect()
}

/// With two letters exchanged.
fn misspelt(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 3 {
        letters.swap(1, 2);
    }
    letters.into_iter().collect()
}
