"""What every client test does alike: the films, and saying what went wrong."""

import json
import sys

# Films that are loaded: enough for several requests of `helpers.bulk`.
FILMS = 6_000

MAPPING = {
    "properties": {
        "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
        "body": {"type": "text", "analyzer": "english"},
        "year": {"type": "long"},
        "genres": {"type": "keyword"},
        "cast": {"type": "text"},
    }
}


def arguments():
    """The cluster's URL, the path of the films, and what else was given."""
    return sys.argv[1], sys.argv[2], sys.argv[3:]


def films(path):
    """The films, as (id, fields)."""
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == FILMS:
                return
            film = json.loads(line)
            yield film["id"], film["source"]


def actions(index, path):
    """The films as actions of `helpers.bulk`."""
    for film_id, source in films(path):
        yield {"_index": index, "_id": film_id, "_source": source}


def check(condition, what):
    """Ends the script with a message unless the condition holds."""
    if not condition:
        raise SystemExit(f"not so: {what}")


def raises(error, what, call):
    """Calls and returns the error, which must be of that class."""
    try:
        answer = call()
    except error as caught:
        return caught
    raise SystemExit(f"{what} raised nothing, and returned {answer}")


def complete(answer):
    """Ends the script unless the search considered every document."""
    shards = answer["_shards"]
    check(not answer["timed_out"], "the search timed out")
    check(shards["failed"] == 0 and shards["successful"] == shards["total"], f"every shard answered: {shards}")
    return answer["hits"]
