"""Indexes and what is told about them: mappings, analyzers, aliases, the cluster."""

from films import DEFINITION, check, same


def the_mapping_is_the_one_that_was_given(library):
    told = library.client.indices.get_mapping(index=library.index)[library.index]["mappings"]
    # Of a completion all parameters are told, as Elasticsearch does.
    suggest = told["properties"].pop("suggest")
    same((suggest["type"], suggest["analyzer"]), ("completion", "simple"), "the completion")
    given = {name: field for name, field in DEFINITION["mappings"]["properties"].items() if name != "suggest"}
    same(told["properties"], given, "the properties")
    same(told["dynamic"], "strict", "whether new fields are taken")


def the_settings_are_told(library):
    settings = library.client.indices.get_settings(index=library.index)[library.index]["settings"]["index"]
    same(int(settings["number_of_shards"]), 3, "the shards")
    same(sorted(settings["analysis"]["analyzer"]), ["word_pairs", "words", "words_of_queries"], "the analyzers")


def texts_are_analyzed_as_told(library):
    same(_tokens(library, analyzer="words", text="Über-Films!"), ["uber", "films"], "the index's own analyzer")
    same(_tokens(library, analyzer="word_pairs", text="a big film"), ["a", "a big", "big", "big film", "film"], "pairs")
    same(_tokens(library, field="body", text="The running men"), ["run", "men"], "the analyzer of a field")
    same(_tokens(library, normalizer="folded", text="Émile Zola"), ["emile zola"], "a normalizer")
    found = _tokens(library, analyzer="words_of_queries", text="a kid")
    check(found[0] == "a" and set(found[1:]) == {"kid", "child"}, f"synonyms: {found}")
    custom = {"tokenizer": "whitespace", "filter": ["lowercase"], "text": "Dr. NO"}
    same(_tokens(library, **custom), ["dr.", "no"], "an analyzer made for the call")
    tokens = library.client.indices.analyze(body={"analyzer": "standard", "text": "two words"})["tokens"]
    last = {"token": "words", "start_offset": 4, "end_offset": 9, "type": "<ALPHANUM>", "position": 1}
    same(tokens[1], last, "what is told of a token, without an index")


def _tokens(library, **body):
    return [token["token"] for token in library.client.indices.analyze(index=library.index, body=body)["tokens"]]


def fields_are_added_to_a_mapping(library):
    index = library.new_index("growing", mappings={"properties": {"title": {"type": "text"}}})
    client = library.client
    client.indices.put_mapping(index=index, body={"properties": {"rating": {"type": "float"}}})
    client.index(index=index, id="1", body={"title": "good", "rating": 4.5, "length": 90}, refresh=True)
    properties = client.indices.get_mapping(index=index)[index]["mappings"]["properties"]
    types = {name: field["type"] for name, field in properties.items()}
    same(types, {"title": "text", "rating": "float", "length": "long"}, "the fields")
    for name, value in {"rating": 4.5, "length": 90}.items():
        query = {"query": {"range": {name: {"gte": value}}}}
        same(client.count(index=index, body=query)["count"], 1, f"found by {name}")


def fields_are_told_with_what_they_can(library):
    fields = library.client.field_caps(index=library.index, fields=["year", "title*"])["fields"]
    same(set(fields), {"year", "title", "title.raw", "title.pairs"}, "the fields that match")
    year, title = fields["year"]["short"], fields["title"]["text"]
    check(year["searchable"] and year["aggregatable"], f"a number: {year}")
    check(title["searchable"] and not title["aggregatable"], f"a text: {title}")


def an_alias_moves_at_once(library):
    client, alias = library.client, f"{library.name}-current"
    old, new = library.new_index("monday"), library.new_index("tuesday")
    client.index(index=old, id="1", body={"day": "monday"}, refresh=True)
    client.index(index=new, id="1", body={"day": "tuesday"}, refresh=True)
    client.indices.put_alias(index=old, name=alias)
    check(client.indices.exists_alias(name=alias), "the alias exists")
    same(client.get(index=alias, id="1")["_source"]["day"], "monday", "before")
    swap = [{"remove": {"index": old, "alias": alias}}, {"add": {"index": new, "alias": alias}}]
    check(client.indices.update_aliases(body={"actions": swap})["acknowledged"], "swapped")
    same(list(client.indices.get_alias(name=alias)), [new], "where it points to")
    hits = client.search(index=alias, body={"query": {"match_all": {}}})["hits"]["hits"]
    same([(hit["_index"], hit["_source"]["day"]) for hit in hits], [(new, "tuesday")], "after")
    client.indices.delete(index=f"{old},{new}")
    check(not client.indices.exists_alias(name=alias), "the alias goes with its index")


def an_index_is_copied(library):
    # Some clients ask first whether the new one is a data stream, and take only a 404 for a no.
    client, index = library.client, library.new_index("copy", **DEFINITION)
    query = {"query": {"term": {"genres": "War"}}}
    copied, errors = library.helpers.reindex(client, library.index, index, query=query, chunk_size=50)
    client.indices.refresh(index=index)
    war = library.ids(lambda film: "War" in film["genres"])
    same((copied, errors, client.count(index=index)["count"]), (len(war), 0, len(war)), "the films of one genre")


def the_cluster_is_well(library):
    client = library.client
    health = client.cluster.health(index=library.index)
    check(health["status"] in ("green", "yellow") and not health["timed_out"], f"{health}")
    row = client.cat.indices(index=library.index, format="json")[0]
    same((row["index"], int(row["docs.count"])), (library.index, len(library.films)), "the index is listed")
    same(int(client.cat.count(index=library.index, format="json")[0]["count"]), len(library.films), "the count")
    same(client.cluster.stats()["nodes"]["count"]["total"], len(client.nodes.info()["nodes"]), "the nodes")
    stats = client.indices.stats(index=library.index)["indices"][library.index]
    same(stats["primaries"]["docs"]["count"], len(library.films), "the statistics")
