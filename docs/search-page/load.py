#!/usr/bin/env python3
"""Loads films into a new index and then lets the alias point to it, so that a search page never sees half of them.

    pip install opensearch-py
    ./load.py films.ndjson [--server URL] [--alias films]

Each line of the file is a JSON object with title, body, year, genres and cast, and maybe an id.
"""

import argparse
import json
import pathlib
import time

from opensearchpy import OpenSearch, helpers


def actions(path, index):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            film = json.loads(line)
            action = {"_index": index, "_source": film}
            if "id" in film:
                action["_id"] = film.pop("id")
            yield action


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("films")
    parser.add_argument("--server", default="http://127.0.0.1:9200")
    parser.add_argument("--alias", default="films")
    arguments = parser.parse_args()

    client = OpenSearch(arguments.server, timeout=60)
    index = f"{arguments.alias}-{time.strftime('%Y%m%d-%H%M%S')}"
    definition = json.loads((pathlib.Path(__file__).parent / "films.json").read_text())
    client.indices.create(index=index, body=definition)
    loaded, _ = helpers.bulk(client, actions(arguments.films, index), chunk_size=2_000)
    client.indices.refresh(index=index)

    before = []
    if client.indices.exists_alias(name=arguments.alias):
        before = list(client.indices.get_alias(name=arguments.alias))
    swap = [{"add": {"index": index, "alias": arguments.alias}}]
    swap += [{"remove": {"index": old, "alias": arguments.alias}} for old in before]
    client.indices.update_aliases(body={"actions": swap})
    print(f"{loaded} films in {index}; {arguments.alias} points to it now, and before to {before or 'nothing'}")


if __name__ == "__main__":
    main()
