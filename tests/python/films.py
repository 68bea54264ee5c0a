"""What every client test has alike: the films, their index, and the library that is tried."""

import json
import pathlib
import re
import sys
from dataclasses import dataclass, field
from typing import Any, Callable

# Films that are loaded: enough for several requests of `helpers.bulk`.
FILMS = 6_000

# The settings and the mapping of the films' index; the clients of other languages make the same one.
DEFINITION = json.loads((pathlib.Path(__file__).parent.parent / "films.json").read_text(encoding="utf-8"))


@dataclass
class Library:
    """A client, the names that differ between libraries, and what it is tried on.

    The topics call what the libraries have in common, with `body=` where an API has a body.
    """

    name: str
    client: Any
    helpers: Any
    # The errors for 400, 404 and 409.
    BadRequest: type
    NotFound: type
    Conflict: type
    # Opens a point in time on an index and returns its id; closes it.
    open_pit: Callable[[str], str]
    close_pit: Callable[[str], None]
    # The films by id.
    films: dict
    # Its module with documents as objects, if there is one.
    dsl: Any = None
    # The indexes that the topics make for themselves.
    made: set = field(default_factory=set)

    @property
    def index(self):
        """The index of the films, which the topics only read."""
        return f"{self.name}-films"

    def search(self, **body):
        """Searches the films and returns the whole answer."""
        return complete(self.client.search(index=self.index, body=body))

    def hits(self, **body):
        """Searches the films and returns the hits of the page."""
        return self.search(**body)["hits"]["hits"]

    def ids(self, condition):
        """The ids of the films that meet a condition, which is what a search for them should find."""
        return {film_id for film_id, film in self.films.items() if condition(film)}

    def new_index(self, name, **body):
        """Makes an index for an act alone, and returns its name."""
        index = f"{self.name}-{name}"
        self.client.indices.create(index=index, body=body)
        self.made.add(index)
        return index

    def delete_indexes(self):
        """Deletes what was made."""
        names = ",".join([self.index, *self.made])
        self.client.indices.delete(index=names, ignore_unavailable=True)
        check(not self.client.indices.exists(index=self.index), "a deleted index is still there")


def arguments():
    """The cluster's URL, the path of the films, and what else was given."""
    return sys.argv[1], sys.argv[2], sys.argv[3:]


def read_films(path):
    """The films that are loaded, by id."""
    films = {}
    with open(path, encoding="utf-8") as lines:
        for _, line in zip(range(FILMS), lines):
            line = json.loads(line)
            films[line["id"]] = _document(line["id"], line["source"])
    return films


def _document(film_id, film):
    return {
        "key": film_id,
        "title": film["title"],
        "body": film["body"],
        "year": film["year"],
        "released": f"{film['year']}-07-01",
        "genres": film["genres"],
        "cast": film["cast"],
        # The newest come first.
        "suggest": {"input": [film["title"]], "weight": film["year"]},
    }


def words(text):
    """The words of a title, as the analyzer of titles finds them."""
    return re.findall(r"[\w'’]+", text.lower())


def ids_of(hits):
    """The ids of hits, in their order."""
    return [hit["_id"] for hit in hits]


def check(condition, what):
    """Ends the act with a message unless the condition holds."""
    if not condition:
        raise AssertionError(what)


def same(found, expected, what):
    """Ends the act with both values unless they are equal."""
    check(found == expected, f"{what}: found {_short(found)}, expected {_short(expected)}")


def _short(value):
    text = repr(value)
    return text if len(text) <= 600 else f"{text[:600]}…"


def close(found, expected, what):
    """Ends the act unless two numbers are equal, but for rounding."""
    check(abs(found - expected) <= 1e-5 * max(1.0, abs(expected)), f"{what}: found {found}, expected {expected}")


def raises(error, what, call):
    """Calls and returns the error, which must be of that class."""
    try:
        answer = call()
    except error as caught:
        return caught
    raise AssertionError(f"{what} raised nothing, and returned {answer}")


def complete(answer):
    """Returns the answer, which must be one over all documents."""
    shards = answer["_shards"]
    check(not answer["timed_out"], "the search timed out")
    check(shards["failed"] == 0 and shards["successful"] == shards["total"], f"not every shard answered: {shards}")
    return answer
