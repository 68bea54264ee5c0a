"""What is wrong is told by class, status and type of the error."""

from films import check, raises, same


def _refused(library, what, **body):
    return raises(library.BadRequest, what, lambda: library.client.search(index=library.index, body=body))


def indexes_that_are_not_there(library):
    client = library.client
    missing = raises(library.NotFound, "no such index", lambda: client.search(index="no-such-index"))
    same((missing.status_code, missing.error), (404, "index_not_found_exception"), "the error of a search")
    check("no-such-index" in missing.info["error"]["reason"], f"the reason: {missing.info}")
    raises(library.NotFound, "deleting it", lambda: client.indices.delete(index="no-such-index"))
    raises(library.NotFound, "its mapping", lambda: client.indices.get_mapping(index="no-such-index"))
    check(not client.indices.exists(index="no-such-index"), "it is not there")
    search = client.search(index="no-such-index", ignore_unavailable=True)
    same(search["hits"]["hits"], [], "unless that is all right")


def indexes_that_are_there_already(library):
    twice = raises(library.BadRequest, "a second creation", lambda: library.client.indices.create(index=library.index))
    same(twice.error, "resource_already_exists_exception", "the error")


def searches_that_are_not_understood(library):
    bad = _refused(library, "a query of no known name", query={"no_such_query": {}})
    same((bad.status_code, bad.error), (400, "parsing_exception"), "the error")
    check("no_such_query" in bad.info["error"]["reason"], f"the reason: {bad.info}")
    same(bad.info["error"]["root_cause"][0]["type"], "parsing_exception", "its cause")
    check("no_such_part" in str(_refused(library, "an unknown part", no_such_part=1).info), "the part is named")
    _refused(library, "an aggregation of no known name", aggs={"it": {"no_such_aggregation": {}}})
    _refused(library, "a number that is none", query={"term": {"year": "long ago"}})
    _refused(library, "a page too far", size=10, **{"from": 1_000_000})


def documents_that_do_not_fit(library):
    client, index = library.client, library.index
    write = lambda **body: client.index(index=index, id="misfit", body=body)
    unknown = raises(library.BadRequest, "a new field", lambda: write(no_such_field=1))
    same(unknown.error, "strict_dynamic_mapping_exception", "the mapping is strict")
    wrong = raises(library.BadRequest, "a wrong value", lambda: write(year="long ago"))
    check(wrong.error in ("mapper_parsing_exception", "document_parsing_exception"), f"the error: {wrong.error}")
    check(not client.exists(index=index, id="misfit"), "nothing was written")


def calls_that_are_not_offered(library):
    refused = raises(Exception, "term vectors", lambda: library.client.termvectors(index=library.index, id="1"))
    check(400 <= refused.status_code < 500, f"the status: {refused}")
    check(refused.info["error"]["reason"], f"the reason: {refused.info}")
