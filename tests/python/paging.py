"""All pages of a search: by number, `search_after`, scrolling, and a point in time."""

from films import check, complete, ids_of, raises, same

ALL = {"match_all": {}}
ORDER = [{"year": "asc"}, {"key": "asc"}]


def _in_order(films):
    return sorted(films, key=lambda film_id: (films[film_id]["year"], film_id))


def pages_are_numbered(library):
    whole = ids_of(library.hits(query={"match": {"body": "detective"}}, size=60))
    pages = [library.hits(query={"match": {"body": "detective"}}, size=20, **{"from": start}) for start in (0, 20, 40)]
    same([each for page in pages for each in ids_of(page)], whole, "three pages")


def each_page_follows_the_last_hit(library):
    found, after = [], {}
    while page := library.hits(query=ALL, sort=ORDER, size=1_500, _source=False, **after):
        found += ids_of(page)
        after = {"search_after": page[-1]["sort"]}
    same(found, _in_order(library.films), "all films in order")


def helpers_scan_everything(library):
    scan, client, index = library.helpers.scan, library.client, library.index
    found = [hit["_id"] for hit in scan(client, index=index, query={"query": ALL, "_source": False}, size=1_000)]
    same(len(found), len(library.films), "as many as there are")
    same(set(found), set(library.films), "each of them")
    query = {"query": {"term": {"genres": "Western"}}, "sort": ORDER}
    found = [hit["_id"] for hit in scan(client, index=index, query=query, size=100, preserve_order=True)]
    westerns = {key: film for key, film in library.films.items() if "Western" in film["genres"]}
    same(found, _in_order(westerns), "those of a query, in order")


def a_scroll_ends_when_it_is_cleared(library):
    client = library.client
    body = {"query": {"match": {"title": "love"}}, "size": 50}
    page = complete(client.search(index=library.index, body=body, scroll="1m"))
    total = page["hits"]["total"]["value"]
    found = []
    while page["hits"]["hits"]:
        found += ids_of(page["hits"]["hits"])
        scroll_id = page["_scroll_id"]
        page = complete(client.scroll(body={"scroll_id": scroll_id, "scroll": "1m"}))
    same((len(found), len(set(found))), (total, total), "every hit once")
    whole = ids_of(library.hits(query=body["query"], size=500))
    same(found, whole, "in the order of the search")
    check(client.clear_scroll(body={"scroll_id": scroll_id})["succeeded"], "cleared")
    gone = raises(library.NotFound, "the next page", lambda: client.scroll(body={"scroll_id": scroll_id}))
    same(gone.info["error"]["root_cause"][0]["type"], "search_context_missing_exception", "why")


def a_point_in_time_does_not_see_later_writes(library):
    client, index = library.client, library.new_index("moments")
    films = ({"_index": index, "_id": str(number), "decade": number // 10} for number in range(100))
    library.helpers.bulk(client, films, refresh=True)
    pit = library.open_pit(index)
    library.helpers.bulk(client, [{"_index": index, "_id": "late", "decade": 5}], refresh=True)
    client.delete(index=index, id="10", refresh=True)
    same(client.count(index=index)["count"], 100, "one more and one less")

    hits, after = [], {}
    while True:
        # Ten films have the same decade: what comes after a hit is decided by more than that.
        body = {"pit": {"id": pit, "keep_alive": "1m"}, "query": ALL, "sort": [{"decade": "desc"}], "size": 7}
        page = complete(client.search(body={**body, **after}))
        pit = page["pit_id"]
        if not page["hits"]["hits"]:
            break
        hits += page["hits"]["hits"]
        after = {"search_after": hits[-1]["sort"]}
    decades = [hit["_source"]["decade"] for hit in hits]
    same(decades, [number // 10 for number in range(99, -1, -1)], "in order")
    same(set(ids_of(hits)), {str(number) for number in range(100)}, "what there was when it was opened")
    library.close_pit(pit)
    gone = raises(library.NotFound, "a closed one", lambda: client.search(body={"pit": {"id": pit}, "query": ALL}))
    same(gone.info["error"]["root_cause"][0]["type"], "search_context_missing_exception", "why")
