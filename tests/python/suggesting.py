"""Suggestions: corrected words, corrected phrases, and titles that begin with what was typed."""

from films import check, same


def _suggest(library, suggestion):
    (entry,) = library.search(suggest={"it": suggestion}, size=0)["suggest"]["it"]
    return entry


def misspelt_words_are_corrected(library):
    entry = _suggest(library, {"text": "frankenstien", "term": {"field": "title"}})
    same((entry["text"], entry["offset"], entry["length"]), ("frankenstien", 0, 12), "the word that was meant")
    best = entry["options"][0]
    check(best["text"] == "frankenstein" and best["freq"] >= 1 and 0 < best["score"] < 1, f"{entry}")
    known = _suggest(library, {"text": "love", "term": {"field": "title", "suggest_mode": "missing"}})
    same(known["options"], [], "a word that is known")
    both = library.search(
        size=0,
        suggest={
            "text": "frankenstien lvoe",
            "titles": {"term": {"field": "title"}},
            "bodies": {"term": {"field": "body"}},
        },
    )["suggest"]
    same(
        {name: len(entries) for name, entries in both.items()}, {"titles": 2, "bodies": 2}, "two suggesters, two words"
    )


def misspelt_phrases_are_corrected(library):
    phrase = {
        "field": "title.pairs",
        "size": 1,
        "max_errors": 1,
        "direct_generator": [{"field": "title", "suggest_mode": "always", "min_word_length": 3}],
        "highlight": {"pre_tag": "<em>", "post_tag": "</em>"},
    }
    best = _suggest(library, {"text": "romeo and juleit", "phrase": phrase})["options"][0]
    same(best["text"], "romeo and juliet", "the phrase")
    same(best["highlighted"], "romeo and <em>juliet</em>", "what was changed")


def titles_are_completed(library):
    entry = _suggest(library, {"prefix": "dr. jek", "completion": {"field": "suggest", "size": 20}})
    titles = [film for film in library.films.values() if film["title"].lower().startswith("dr. jek")]
    same({option["_id"] for option in entry["options"]}, {film["key"] for film in titles}, "the films")
    years = [option["_score"] for option in entry["options"]]
    same(years, sorted((film["year"] for film in titles), reverse=True), "the newest first")
    same(entry["options"][0]["_source"], library.films[entry["options"][0]["_id"]], "the whole document")
    fuzzy = {"field": "suggest", "size": 20, "skip_duplicates": True, "fuzzy": {"fuzziness": 1}}
    options = _suggest(library, {"prefix": "dr. jik", "completion": fuzzy})["options"]
    texts = [option["text"] for option in options]
    check("Dr. Jekyll and Mr. Hyde" in texts and len(set(texts)) == len(texts), f"fuzzy, each text once: {texts}")


def a_search_may_suggest_too(library):
    answer = library.search(
        query={"match": {"title": "lvoe"}}, suggest={"meant": {"text": "lvoe", "term": {"field": "title"}}}
    )
    same(answer["hits"]["hits"], [], "nothing is found")
    same(answer["suggest"]["meant"][0]["options"][0]["text"], "love", "what was meant")
