"""Single documents: writing, reading, conflicts, updates, deletions; and bulk requests that partly fail."""

from films import check, raises, same

OWN = {"title": "A film of our own", "year": 2024}
MAPPING = {"properties": {"title": {"type": "text"}, "year": {"type": "long"}}}


def a_document_is_read_as_it_was_written(library):
    client, index = library.client, library.new_index("own", mappings=MAPPING)
    same(client.index(index=index, id="own", body=OWN, refresh=True)["result"], "created", "the result")
    check(client.exists(index=index, id="own"), "it exists")
    read = client.get(index=index, id="own")
    same((read["_source"], read["_version"], read["found"]), (OWN, 1, True), "the document")
    same(dict(client.get_source(index=index, id="own")), OWN, "its source alone")
    same(client.get(index=index, id="own", _source_includes="year")["_source"], {"year": 2024}, "a part of it")
    again = client.index(index=index, id="own", body=OWN)
    same((again["result"], again["_version"]), ("updated", 2), "a second writing")
    same(client.delete(index=index, id="own", refresh="wait_for")["result"], "deleted", "the deletion")
    check(not client.exists(index=index, id="own"), "it is gone")
    gone = raises(library.NotFound, "reading it", lambda: client.get(index=index, id="own"))
    same((gone.status_code, gone.info["found"]), (404, False), "what is told of a missing one")
    raises(library.NotFound, "a second deletion", lambda: client.delete(index=index, id="own"))
    check(client.index(index=index, body=OWN)["_id"], "an id is made")


def conflicts_are_told(library):
    client, index = library.client, library.new_index("conflicts", mappings=MAPPING)
    first = client.create(index=index, id="own", body=OWN)
    conflict = raises(library.Conflict, "a second create", lambda: client.create(index=index, id="own", body=OWN))
    same((conflict.status_code, conflict.error), (409, "version_conflict_engine_exception"), "the conflict")
    condition = {"if_seq_no": first["_seq_no"], "if_primary_term": first["_primary_term"]}
    same(client.index(index=index, id="own", body=OWN, **condition)["result"], "updated", "the condition holds")
    raises(library.Conflict, "an old condition", lambda: client.index(index=index, id="own", body=OWN, **condition))


def documents_are_updated(library):
    client, index = library.client, library.new_index("updates", mappings=MAPPING)

    def update(**body):
        return client.update(index=index, id="own", body=body)["result"]

    raises(library.NotFound, "nothing to update", lambda: update(doc={"year": 1}))
    same(update(doc={"year": 1}, upsert=OWN), "created", "an upsert")
    same(update(doc={"year": 2025}), "updated", "a part")
    same(update(doc={"year": 2025}), "noop", "no change")
    same(client.get_source(index=index, id="own")["year"], 2025, "the new year")
    same(client.get_source(index=index, id="own")["title"], OWN["title"], "the rest is kept")
    client.delete(index=index, id="own")
    same(update(doc=OWN, doc_as_upsert=True), "created", "the part as the whole")


def several_are_read_at_once(library):
    docs = library.client.mget(index=library.index, body={"ids": ["1", "no-such-film", "2"]})["docs"]
    same([doc["found"] for doc in docs], [True, False, True], "which were found")
    same(docs[2]["_source"], library.films["2"], "the last one")
    docs = [{"_index": library.index, "_id": "3", "_source": ["title"]}]
    read = library.client.mget(body={"docs": docs})["docs"][0]
    same(read["_source"], {"title": library.films["3"]["title"]}, "a part of one")


def documents_are_deleted_by_a_query(library):
    client, helpers, index = library.client, library.helpers, library.new_index("deletions", mappings=MAPPING)
    films = ({"_index": index, "_id": str(year), "year": year} for year in range(1900, 2000))
    helpers.bulk(client, films, refresh=True)
    query = {"query": {"range": {"year": {"lt": 1930}}}}
    done = client.delete_by_query(index=index, body=query, refresh=True)
    same((done["deleted"], done["failures"]), (30, []), "what was deleted")
    same(client.count(index=index)["count"], 70, "what is left")


def a_bulk_request_says_which_items_failed(library):
    client, helpers, index = library.client, library.helpers, library.new_index("bulk", mappings=MAPPING)
    items = [
        {"_index": index, "_id": "good", "year": 1},
        {"_index": index, "_id": "bad", "year": "long ago"},
        {"_op_type": "update", "_index": index, "_id": "good", "doc": {"title": "Better"}},
        {"_op_type": "delete", "_index": index, "_id": "absent"},
    ]
    failed = raises(helpers.BulkIndexError, "bad items", lambda: helpers.bulk(client, items))
    told = [(kind, item["_id"], item["status"]) for each in failed.errors for kind, item in each.items()]
    same(told, [("index", "bad", 400), ("delete", "absent", 404)], "what failed, and how")
    reason = failed.errors[0]["index"]["error"]
    check(reason["type"] in ("mapper_parsing_exception", "document_parsing_exception"), f"why: {reason}")
    same(dict(client.get_source(index=index, id="good")), {"year": 1, "title": "Better"}, "the good one went in")

    streamed = list(helpers.streaming_bulk(client, items[:2], raise_on_error=False))
    same([done for done, _ in streamed], [True, False], "`streaming_bulk` goes on after an error")
    parallel = helpers.parallel_bulk(client, items[:2], thread_count=2, raise_on_error=False)
    same(sorted(done for done, _ in parallel), [False, True], "`parallel_bulk` goes on after an error")
    done, errors = helpers.bulk(client, items, raise_on_error=False, stats_only=True)
    same((done, errors), (2, 2), "only the numbers")
