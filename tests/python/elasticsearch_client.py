"""The official Elasticsearch client, 8 or 9, unmodified, with all topics."""

import importlib
import warnings

import objects
import topics
from films import Library, arguments, check, ids_of, read_films, same

URL, PATH, (NAME,) = arguments()
elasticsearch = importlib.import_module(NAME)


def bodies_may_be_keywords(library):
    answer = library.client.search(
        index=library.index,
        query={"match": {"title": "love"}},
        source=["title"],
        aggs={"years": {"cardinality": {"field": "year"}}},
        sort=[{"year": "asc"}, {"key": "asc"}],
        from_=1,
        size=2,
    )
    body = {"query": {"match": {"title": "love"}}, "sort": [{"year": "asc"}, {"key": "asc"}]}
    same(ids_of(answer["hits"]["hits"]), ids_of(library.hits(size=3, **body))[1:], "the hits")
    check(answer["aggregations"]["years"]["value"] > 1, "the years")


def what_is_ignored_raises_nothing(library):
    answer = library.client.options(ignore_status=404).get(index=library.index, id="no-such-film")
    same((answer.meta.status, answer["found"]), (404, False), "a missing film")


def the_published_address_answers(library):
    sniffing = elasticsearch.Elasticsearch(URL, sniff_on_start=True, request_timeout=60)
    check(sniffing.count(index=library.index)["count"], "sniffing replaces the address by the one of the cluster")


def main():
    # A warning of the client would be one about the server, such as that it is not the real one.
    warnings.simplefilter("error")
    client = elasticsearch.Elasticsearch(URL, request_timeout=60)
    library = Library(
        name=NAME,
        client=client,
        helpers=importlib.import_module(f"{NAME}.helpers"),
        BadRequest=elasticsearch.BadRequestError,
        NotFound=elasticsearch.NotFoundError,
        Conflict=elasticsearch.ConflictError,
        open_pit=lambda index: client.open_point_in_time(index=index, keep_alive="1m")["id"],
        close_pit=lambda pit: client.close_point_in_time(id=pit),
        films=read_films(PATH),
        # `elasticsearch9.dsl` imports the package by its other name.
        dsl=importlib.import_module(f"{NAME}.dsl") if NAME == "elasticsearch8" else None,
    )
    further = [objects] if library.dsl else []
    topics.run(library, further, bodies_may_be_keywords, what_is_ignored_raises_nothing, the_published_address_answers)


main()
