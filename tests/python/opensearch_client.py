"""opensearch-py, unmodified, with all topics."""

import opensearchpy
from opensearchpy import ConflictError, NotFoundError, OpenSearch, RequestError, helpers

import objects
import topics
from films import DEFINITION, Library, arguments, check, read_films, same

URL, PATH, _ = arguments()


def the_published_address_answers(library):
    sniffing = OpenSearch(URL, sniff_on_start=True, timeout=60)
    check(sniffing.count(index=library.index)["count"], "sniffing replaces the address by the one of the cluster")


def an_index_is_copied(library):
    # The other library asks for data streams first, and takes only a 404 for a no.
    client, index = library.client, library.new_index("copy", **DEFINITION)
    query = {"query": {"term": {"genres": "War"}}}
    copied, errors = library.helpers.reindex(client, library.index, index, query=query, chunk_size=50)
    client.indices.refresh(index=index)
    war = library.ids(lambda film: "War" in film["genres"])
    same((copied, errors, client.count(index=index)["count"]), (len(war), 0, len(war)), "the films of one genre")


def main():
    client = OpenSearch(URL, timeout=60)
    library = Library(
        name="opensearch-py",
        client=client,
        helpers=helpers,
        BadRequest=RequestError,
        NotFound=NotFoundError,
        Conflict=ConflictError,
        open_pit=lambda index: client.create_pit(index=index, keep_alive="1m")["pit_id"],
        close_pit=lambda pit: client.delete_pit(body={"pit_id": [pit]}),
        films=read_films(PATH),
        dsl=opensearchpy,
    )
    topics.run(library, [objects], an_index_is_copied, the_published_address_answers)


main()
