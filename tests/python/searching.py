"""Searches: queries, sorting, what is shown of a hit, highlighting, collapsing, explaining, several at once."""

import re
from collections import Counter

from films import check, close, complete, ids_of, raises, same, words

ALL = {"match_all": {}}


def the_best_come_first(library):
    query = {"bool": {"must": {"match": {"title": "love"}}, "filter": {"range": {"year": {"gte": 1910}}}}}
    answer = library.search(query=query, _source=["title", "year"], size=5, track_total_hits=True)
    love = library.ids(lambda film: "love" in words(film["title"]) and film["year"] >= 1910)
    same(answer["hits"]["total"], {"value": len(love), "relation": "eq"}, "the total")
    hits = answer["hits"]["hits"]
    check(len(hits) == 5 and set(ids_of(hits)) <= love, f"films about love: {ids_of(hits)}")
    scores = [hit["_score"] for hit in hits]
    same(scores, sorted(scores, reverse=True), "the scores")
    same(answer["hits"]["max_score"], scores[0], "the best score")
    check(all(set(hit["_source"]) == {"title", "year"} for hit in hits), "only what was asked for")


def the_query_may_stand_in_the_url(library):
    answer = library.client.search(index=library.index, q="title:love AND year:1915", size=100)
    love = library.ids(lambda film: "love" in words(film["title"]) and film["year"] == 1915)
    same(set(ids_of(complete(answer)["hits"]["hits"])), love, "the films")


def synonyms_find_each_other(library):
    young = library.ids(lambda film: {"kid", "child"} & set(words(film["title"])))
    for word in ("kid", "Child"):
        same(set(ids_of(library.hits(query={"match": {"title": word}}, size=100))), young, word)
    police = re.compile(r" (cop|policeman|police officer) ")
    officers = library.ids(lambda film: police.search(f" {' '.join(words(film['title']))} "))
    check(officers, "there are such films")
    for query in ({"match": {"title": "police officer"}}, {"match_phrase": {"title": "police officer"}}):
        found = set(ids_of(library.hits(query=query, size=100)))
        check(officers <= found, f"synonyms of several words, {query}: {found}, expected {officers}")


def normalizers_fold_what_is_asked(library):
    hits = library.hits(query={"term": {"title.raw": "ROMEO and Juliet"}})
    romeo = library.ids(lambda film: film["title"].lower() == "romeo and juliet")
    same(set(ids_of(hits)), romeo, "the films of that title")


def copied_fields_are_searched(library):
    name = "mary pickford"
    with_her = library.ids(lambda film: any(name == each.lower() for each in film["cast"]))
    found = library.search(query={"match_phrase": {"everything": name}}, size=0, track_total_hits=True)
    check(found["hits"]["total"]["value"] >= len(with_her) > 0, f"{found['hits']['total']}, {len(with_her)}")
    hits = library.hits(query={"term": {"cast.raw": "Mary Pickford"}}, size=1_000)
    same(len(hits), len(library.ids(lambda film: "Mary Pickford" in film["cast"])), "by the whole name")
    check(all("everything" not in hit["_source"] for hit in hits), "a copy is not shown")


def facets_do_not_see_the_post_filter(library):
    answer = library.search(
        query={"match": {"title": "love"}},
        post_filter={"term": {"genres": "Comedy"}},
        aggs={"genres": {"terms": {"field": "genres", "size": 50}}},
        size=100,
    )
    love = [film for film in library.films.values() if "love" in words(film["title"])]
    comedies = {film["key"] for film in love if "Comedy" in film["genres"]}
    same(set(ids_of(answer["hits"]["hits"])), comedies, "the hits")
    found = {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["genres"]["buckets"]}
    same(found, dict(Counter(genre for film in love for genre in film["genres"])), "the facets")


def fields_sort_the_hits(library):
    hits = library.hits(query=ALL, sort=[{"year": "desc"}, {"title.raw": {"order": "asc"}}], size=50)
    newest = sorted((-film["year"] for film in library.films.values()))[:50]
    same([-hit["sort"][0] for hit in hits], newest, "the years")
    keys = [(-year, title) for year, title in (hit["sort"] for hit in hits)]
    same(keys, sorted(keys), "titles within a year")
    check(all(hit["_score"] is None for hit in hits), "nothing asked for scores")


def only_what_is_asked_for_is_shown(library):
    query = {"ids": {"values": ["5"]}}
    film = library.films["5"]
    hit = library.hits(query=query, _source={"includes": ["t*", "year"], "excludes": ["*r"]})[0]
    same(hit["_source"], {"title": film["title"]}, "patterns")
    hit = library.hits(query=query, _source=False, fields=["year", "title.raw"], docvalue_fields=["released"])[0]
    check("_source" not in hit, f"no source: {hit}")
    same(hit["fields"]["year"], [film["year"]], "a field")
    same(hit["fields"]["title.raw"], [film["title"].lower()], "a field of a field")
    check(hit["fields"]["released"][0].startswith(str(film["year"])), f"a date: {hit['fields']}")
    same(library.search(query=query, size=0)["hits"]["hits"], [], "no hits at all")


def words_are_highlighted(library):
    highlight = {
        "pre_tags": ["<b>"],
        "post_tags": ["</b>"],
        "fields": {"title": {"number_of_fragments": 0}, "body": {}},
    }
    query = {"multi_match": {"query": "detective loves", "fields": ["title", "body"]}}
    hits = library.hits(query=query, highlight=highlight, size=20)
    check(hits, "something is found")
    for hit in hits:
        film = library.films[hit["_id"]]
        for text in hit["highlight"].get("title", []):
            same(text.replace("<b>", "").replace("</b>", ""), film["title"], "the whole title")
        for text in hit["highlight"].get("body", []):
            check(text.replace("<b>", "").replace("</b>", "") in film["body"], f"a part of the body: {text}")
            marked = re.findall("<b>(.*?)</b>", text)
            stems = all(word.lower().startswith(("detective", "love", "loving")) for word in marked)
            check(marked and stems, f"what was asked for is marked: {text}")


def hits_are_collapsed_by_a_field(library):
    collapse = {"field": "year", "inner_hits": {"name": "others", "size": 2, "sort": [{"title.raw": "asc"}]}}
    query = {"match": {"title": "love"}}
    answer = library.search(query=query, collapse=collapse, size=100, track_total_hits=True)
    love = library.ids(lambda film: "love" in words(film["title"]))
    counts = Counter(library.films[film_id]["year"] for film_id in love)
    same(answer["hits"]["total"]["value"], len(love), "the total is that of all matches")
    hits = answer["hits"]["hits"]
    years = [hit["fields"]["year"][0] for hit in hits]
    same(Counter(years), Counter(counts.keys()), "each year once")
    for year, hit in zip(years, hits):
        inner = hit["inner_hits"]["others"]["hits"]
        same(inner["total"]["value"], counts[year], f"the films of {year}")
        titles = sorted(library.films[each]["title"].lower() for each in love if library.films[each]["year"] == year)
        same([each["_source"]["title"].lower() for each in inner["hits"]], titles[:2], f"the first ones of {year}")


def scores_are_explained(library):
    query = {"bool": {"must": {"match": {"title": "love"}}, "should": {"term": {"genres": "Comedy"}}}}
    hits = library.hits(query=query, explain=True, size=3)
    for hit in hits:
        close(hit["_explanation"]["value"], hit["_score"], "the explained score")
        check(hit["_explanation"]["details"], "it has parts")
        alone = library.client.explain(index=library.index, id=hit["_id"], body={"query": query})
        check(alone["matched"], f"it matches: {alone}")
        close(alone["explanation"]["value"], hit["_score"], "the score of one document")
    other = next(iter(library.ids(lambda film: "love" not in words(film["title"]))))
    check(not library.client.explain(index=library.index, id=other, body={"query": query})["matched"], "another film")
    absent = lambda: library.client.explain(index=library.index, id="no-such-film", body={"query": query})
    raises(library.NotFound, "a film that is not there", absent)


def queries_are_validated(library):
    validate = library.client.indices.validate_query
    good = validate(index=library.index, body={"query": {"match": {"title": "love"}}}, explain=True)
    check(good["valid"] and good["explanations"][0]["valid"], f"a good one: {good}")
    check(not validate(index=library.index, body={"query": {"no_such_query": {}}})["valid"], "a bad one")


def matched_queries_are_named(library):
    should = [
        {"match": {"title": {"query": "love", "_name": "love"}}},
        {"term": {"year": {"value": 1915, "_name": "year"}}},
    ]
    for hit in library.hits(query={"bool": {"should": should}}, size=50):
        film = library.films[hit["_id"]]
        names = [name for name, so in (("love", "love" in words(film["title"])), ("year", film["year"] == 1915)) if so]
        same(sorted(hit["matched_queries"]), names, f"the names of {film['title']}")


def several_searches_go_in_one_request(library):
    searches = [
        {"index": library.index},
        {"query": {"match": {"title": "love"}}, "size": 1},
        {"index": library.index},
        {"query": {"no_such_query": {}}},
        {},
        {"query": {"term": {"year": 1915}}, "size": 0, "track_total_hits": True},
    ]
    love, bad, year = library.client.msearch(index=library.index, body=searches)["responses"]
    same((love["status"], len(love["hits"]["hits"])), (200, 1), "the first")
    same((bad["status"], bad["error"]["type"]), (400, "parsing_exception"), "the second")
    same(year["hits"]["total"]["value"], len(library.ids(lambda film: film["year"] == 1915)), "the third")
