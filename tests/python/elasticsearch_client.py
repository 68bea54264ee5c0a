"""The official Elasticsearch client, 8 or 9: loads films with `helpers.bulk`, and calls what an application calls."""

import importlib
import warnings

from films import FILMS, MAPPING, actions, arguments, check, complete, raises

URL, PATH, (LIBRARY,) = arguments()
INDEX = f"{LIBRARY}-films"

library = importlib.import_module(LIBRARY)
helpers = importlib.import_module(f"{LIBRARY}.helpers")


def load(client):
    check(client.ping(), "ping")
    check(client.info()["version"]["number"], "the version is told")
    client.indices.create(index=INDEX, mappings=MAPPING, settings={"number_of_shards": 3})
    check(client.indices.exists(index=INDEX), "the index exists")
    done, errors = helpers.bulk(client, actions(INDEX, PATH), chunk_size=1_000)
    check((done, errors) == (FILMS, []), f"all films went in: {done}, {errors}")
    client.indices.refresh(index=INDEX)
    check(client.count(index=INDEX)["count"] == FILMS, "all films are counted")
    check(client.cluster.health()["status"] in ("green", "yellow"), "the cluster is well")
    check(client.cat.indices(index=INDEX, format="json")[0]["index"] == INDEX, "the index is listed")


def search(client):
    answer = client.search(
        index=INDEX,
        query={"bool": {"must": {"match": {"title": "love"}}, "filter": {"range": {"year": {"gte": 1900}}}}},
        source=["title", "year"],
        size=5,
        track_total_hits=True,
    )
    hits = complete(answer)
    check(hits["total"]["relation"] == "eq" and hits["total"]["value"] > 5, f"many films are about love: {hits['total']}")
    scores = [hit["_score"] for hit in hits["hits"]]
    check(len(scores) == 5 and scores == sorted(scores, reverse=True), f"the best come first: {scores}")
    check(all(set(hit["_source"]) == {"title", "year"} for hit in hits["hits"]), "only what was asked for")
    check(complete(client.search(index=INDEX, q="title:love", size=1))["hits"], "the query of the URL")
    mapping = client.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["properties"]
    given = {name: mapping[name] for name in MAPPING["properties"]}
    check(given == MAPPING["properties"], f"the mapping is the one that was given: {given}")


def documents(client):
    film = {"title": "A film of our own", "year": 2024}
    check(client.index(index=INDEX, id="own", document=film, refresh=True)["result"] == "created", "created")
    check(client.exists(index=INDEX, id="own"), "it exists")
    read = client.get(index=INDEX, id="own")
    check(read["_source"] == film and read["_version"] == 1, f"it is read as it was written: {read}")
    check(client.get_source(index=INDEX, id="own").body == film, "its source alone too")
    conflict = raises(library.ConflictError, "a second create", lambda: client.create(index=INDEX, id="own", document=film))
    check(conflict.status_code == 409, "a conflict is a 409")
    check(conflict.error == "version_conflict_engine_exception", f"the type is told: {conflict.error}")
    check(client.delete(index=INDEX, id="own", refresh="wait_for")["result"] == "deleted", "deleted")
    raises(library.NotFoundError, "a document that is gone", lambda: client.get(index=INDEX, id="own"))
    raises(library.NotFoundError, "a second deletion", lambda: client.delete(index=INDEX, id="own"))
    check(client.index(index=INDEX, document=film)["_id"], "an id is made")


def errors(client):
    raises(library.NotFoundError, "no such index", lambda: client.search(index="no-such-index"))
    bad = raises(library.BadRequestError, "a bad query", lambda: client.search(index=INDEX, query={"no_such_query": {}}))
    check(bad.error == "parsing_exception", f"the type is told: {bad.error}")
    check("no_such_query" in bad.body["error"]["reason"], f"the reason is told: {bad.body}")
    bulk = [
        {"_index": INDEX, "_id": "good", "_source": {"year": 1}},
        {"_index": INDEX, "_id": "bad", "_source": {"year": "long ago"}},
    ]
    failed = raises(helpers.BulkIndexError, "a bad item", lambda: helpers.bulk(client, bulk))
    check([item["index"]["_id"] for item in failed.errors] == ["bad"], f"only the bad one failed: {failed.errors}")
    check(client.exists(index=INDEX, id="good"), "the good one went in")


def main():
    # A warning of the client would be one about the server, such as that it is not the real one.
    warnings.simplefilter("error")
    client = library.Elasticsearch(URL, request_timeout=60)
    load(client)
    search(client)
    documents(client)
    errors(client)
    # Sniffing replaces the address by the one that the cluster publishes.
    sniffing = library.Elasticsearch(URL, sniff_on_start=True, request_timeout=60)
    check(sniffing.count(index=INDEX)["count"] >= FILMS, "the published address answers")
    client.indices.delete(index=INDEX)
    check(not client.indices.exists(index=INDEX), "the index is gone")


main()
