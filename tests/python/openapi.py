"""The document at /_openapi.json is OpenAPI 3.1, and requests and answers of the cluster are as it says."""

import json
import sys
import urllib.error
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from films import DEFINITION, check, same

URL = sys.argv[1]
INDEX = "openapi-films"

SEARCH = {
    "query": {
        "bool": {
            "must": [{"match": {"title": {"query": "the night", "operator": "or"}}}],
            "filter": {"range": {"year": {"gte": 1900}}},
            "should": {"function_score": {"query": {"match_all": {}}, "functions": [{"weight": 2}]}},
        }
    },
    "size": 3,
    "sort": ["_score", {"year": "desc"}],
    "_source": ["title"],
    "fields": ["year"],
    "highlight": {"fields": {"title": {}}},
    "aggs": {"years": {"terms": {"field": "year"}, "aggs": {"most": {"max": {"field": "year"}}}}},
    "suggest": {"words": {"text": "nigth", "term": {"field": "title"}}},
    "explain": True,
    "version": True,
    "track_total_hits": True,
}
BULK = [
    {"index": {"_id": "1"}},
    {"title": "The Night of the Hunter", "year": 1955},
    {"create": {"_id": "2"}},
    {"title": "Night Train", "year": 1959},
    {"index": {"_id": "3"}},
    {"title": "Night on Earth", "year": "long ago"},
    {"delete": {"_id": "4"}},
]


class Described:
    """The document, and the calls that are checked by it."""

    def __init__(self):
        self.document = json.loads(request("GET", "/_openapi.json")[1])
        self.checked = 0

    def validator(self, *place):
        """A validator of the schema at a place of the document."""
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in place)
        return Draft202012Validator({**self.document, "$ref": f"#/{pointer}"})

    def call(self, method, path, body=None, status=200, query="", **variables):
        """Makes a call by its path in the document, and returns the answer if it and the body are as described."""
        place = ["paths", path, method.lower()]
        operation = self.document["paths"][path][method.lower()]
        offered = {parameter.get("name") for parameter in operation["parameters"]}
        for name in filter(None, query.split("&")):
            check(name.split("=")[0] in offered, f"{method} {path} has the parameter {name}")
        sent = None
        if isinstance(body, list):
            sent = "".join(json.dumps(line) + "\n" for line in body)
        elif body is not None:
            self.validator(*place, "requestBody", "content", "application/json", "schema").validate(body)
            sent = json.dumps(body)
        answered, text = request(method, path.format(**variables) + f"?{query}", sent, isinstance(body, list))
        same(answered, status, f"the status of {method} {path}: {text}")
        check(str(status) in operation["responses"], f"{status} is described for {method} {path}")
        if method == "HEAD":
            return None
        answer = json.loads(text)
        response = operation["responses"][str(status)]
        if "$ref" in response:
            place = response["$ref"].removeprefix("#/").split("/")
        else:
            place += ["responses", str(status)]
        self.validator(*place, "content", "application/json", "schema").validate(answer)
        self.checked += 1
        return answer


def request(method, path, body=None, lines=False):
    """The status and the text of an answer."""
    kind = "application/x-ndjson" if lines else "application/json"
    data = body.encode() if body is not None else None
    asked = urllib.request.Request(URL + path, data, {"Content-Type": kind}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def documents(described):
    described.call("PUT", "/{index}", DEFINITION, index=INDEX)
    described.call("HEAD", "/{index}", index=INDEX)
    bulk = described.call("POST", "/{index}/_bulk", BULK, query="refresh=true", index=INDEX)
    check(bulk["errors"], "one of the documents does not fit")
    film = {"title": "Night Moves", "year": 1975}
    described.call("PUT", "/{index}/_doc/{id}", film, 201, query="refresh=wait_for", index=INDEX, id="5")
    described.call("PUT", "/{index}/_create/{id}", film, 409, index=INDEX, id="5")
    described.call("POST", "/{index}/_update/{id}", {"doc": {"year": 1976}}, query="_source", index=INDEX, id="5")
    described.call("GET", "/{index}/_doc/{id}", index=INDEX, id="5")
    described.call("GET", "/{index}/_doc/{id}", status=404, index=INDEX, id="no-such")
    described.call("POST", "/{index}/_mget", {"ids": ["1", "no-such"]}, index=INDEX)


def searches(described):
    found = described.call("POST", "/{index}/_search", SEARCH, index=INDEX)
    same(len(found["hits"]["hits"]), 3, "the hits of a page")
    broken = {**found, "hits": {**found["hits"], "total": "many"}}
    schema = ("components", "schemas", "SearchAnswer")
    check(not described.validator(*schema).is_valid(broken), "the schema of an answer refuses what is none")
    query = described.validator("components", "schemas", "Query")
    check(not query.is_valid({"bool": {"must": [{"no_such": {}}]}}), "the schema of queries knows their names")
    described.call("GET", "/{index}/_search", query="q=night&rest_total_hits_as_int&size=1", index=INDEX)
    described.call("POST", "/_msearch", [{"index": INDEX}, {"size": 1}, {"index": "no-such"}, {}])
    described.call("POST", "/{index}/_count", {"query": {"match": {"title": "night"}}}, index=INDEX)
    described.call("POST", "/{index}/_explain/{id}", {"query": {"match": {"title": "night"}}}, index=INDEX, id="1")
    described.call("POST", "/{index}/_validate/query", {"query": {"match_all": {}}}, query="explain", index=INDEX)
    scroll = described.call("POST", "/{index}/_search", {"size": 1}, query="scroll=1m", index=INDEX)["_scroll_id"]
    described.call("POST", "/_search/scroll", {"scroll_id": scroll, "scroll": "1m"})
    described.call("DELETE", "/_search/scroll", {"scroll_id": [scroll]})
    pit = described.call("POST", "/{index}/_pit", query="keep_alive=1m", index=INDEX)["id"]
    described.call("POST", "/_search", {"pit": {"id": pit, "keep_alive": "1m"}})
    described.call("DELETE", "/_pit", {"id": pit})


def errors(described):
    described.call("POST", "/{index}/_search", {}, 404, index="no-such-index")
    described.call("GET", "/{index}/_search", status=400, query="size=many", index=INDEX)
    status, text = request("GET", "/_no_such_call/at/all")
    same(status, 400, "the status of a call that is not there")
    described.validator("components", "schemas", "Error").validate(json.loads(text))


def everything_that_is_read(described):
    """Calls that need nothing but an index."""
    for path, methods in described.document["paths"].items():
        variables = {"index": INDEX, "id": "1", "name": "*", "metrics": "docs", "fields": "title"}
        plain = "get" in methods and methods["get"]["responses"]["200"].get("content", {}).get("application/json")
        if not plain or methods["get"].get("requestBody", {}).get("required") or "scroll" in path:
            continue
        query = "format=json" if path.startswith("/_cat") else "q=night" if "_explain" in path else ""
        query = "fields=*" if "_field_caps" in path else query
        described.call("GET", path, query=query, **variables)


def main():
    described = Described()
    OpenAPIV31SpecValidator(described.document).validate()
    try:
        documents(described)
        searches(described)
        errors(described)
        everything_that_is_read(described)
        described.call("DELETE", "/{index}", index=INDEX)
    finally:
        request("DELETE", f"/{INDEX}?ignore_unavailable=true")
    print(f"the document is true of {described.checked} answers")


main()
