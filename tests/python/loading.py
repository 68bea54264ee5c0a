"""Makes the index of the films and loads them, in all the ways that `helpers` has."""

from itertools import islice

from films import DEFINITION, check, same


def load(library):
    client, helpers, index = library.client, library.helpers, library.index
    check(client.ping(), "ping")
    check(client.info()["version"]["number"], "the version is told")
    made = client.indices.create(index=index, body=DEFINITION)
    check(made["acknowledged"] and made["index"] == index, f"the index is made: {made}")
    check(client.indices.exists(index=index), "the index exists")
    films = _actions(library)
    third = len(library.films) // 3
    same(helpers.bulk(client, islice(films, third), chunk_size=500), (third, []), "`bulk`")
    streamed = helpers.streaming_bulk(client, islice(films, third), chunk_size=500)
    same([done for done, _ in streamed].count(True), third, "`streaming_bulk`")
    parallel = helpers.parallel_bulk(client, films, thread_count=2, chunk_size=500)
    results = [item["create"]["result"] for done, item in parallel if done]
    same(results, ["created"] * (len(library.films) - 2 * third), "`parallel_bulk`")
    client.indices.refresh(index=index)
    same(client.count(index=index)["count"], len(library.films), "all films are counted")


def _actions(library):
    for film_id, film in library.films.items():
        yield {"_op_type": "create", "_index": library.index, "_id": film_id, "_source": film}
