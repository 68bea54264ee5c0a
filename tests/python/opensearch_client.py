"""opensearch-py, unmodified, with all topics."""

import opensearchpy
from opensearchpy import ConflictError, NotFoundError, OpenSearch, RequestError, helpers

import objects
import topics
from films import Library, arguments, check, read_films

URL, PATH, _ = arguments()


def the_published_address_answers(library):
    sniffing = OpenSearch(URL, sniff_on_start=True, timeout=60)
    check(sniffing.count(index=library.index)["count"], "sniffing replaces the address by the one of the cluster")


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
    topics.run(library, [objects], the_published_address_answers)


main()
