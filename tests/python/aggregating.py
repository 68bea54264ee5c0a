"""Aggregations, each compared with what the films themselves say."""

from collections import Counter, defaultdict

from films import close, same, words


def _buckets(library, aggregation, **body):
    return _aggregate(library, aggregation, **body)["buckets"]


def _aggregate(library, aggregation, **body):
    return library.search(aggs={"it": aggregation}, size=0, **body)["aggregations"]["it"]


def _counts(buckets, key="key"):
    return {bucket[key]: bucket["doc_count"] for bucket in buckets}


def _genres(library):
    return Counter(genre for film in library.films.values() for genre in film["genres"])


def terms_are_counted(library):
    expected = sorted(_genres(library).items(), key=lambda genre: (-genre[1], genre[0]))
    answer = _aggregate(library, {"terms": {"field": "genres", "size": 5}})
    same([(bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"]], expected[:5], "the most frequent")
    same(answer["sum_other_doc_count"], sum(count for _, count in expected[5:]), "the others")
    same(answer["doc_count_error_upper_bound"], 0, "the error")
    by_name = _buckets(library, {"terms": {"field": "genres", "size": 3, "order": {"_key": "asc"}}})
    same([bucket["key"] for bucket in by_name], sorted(_genres(library))[:3], "by name")


def aggregations_nest(library):
    inner = {"year": {"avg": {"field": "year"}}, "oldest": {"min": {"field": "year"}}}
    buckets = _buckets(library, {"terms": {"field": "genres", "size": 50, "order": {"year": "desc"}}, "aggs": inner})
    years = defaultdict(list)
    for film in library.films.values():
        for genre in film["genres"]:
            years[genre].append(film["year"])
    for bucket in buckets:
        of_genre = years[bucket["key"]]
        close(bucket["year"]["value"], sum(of_genre) / len(of_genre), f"the mean of {bucket['key']}")
        same(bucket["oldest"]["value"], min(of_genre), f"the oldest of {bucket['key']}")
    means = [bucket["year"]["value"] for bucket in buckets]
    same(means, sorted(means, reverse=True), "ordered by the mean")


def dates_are_counted_by_year(library):
    histogram = {"field": "released", "calendar_interval": "year", "format": "yyyy"}
    expected = Counter(str(film["year"]) for film in library.films.values())
    same(_counts(_buckets(library, {"date_histogram": histogram}), "key_as_string"), dict(expected), "the years")


def numbers_are_counted_by_interval(library):
    expected = Counter(film["year"] // 10 * 10 for film in library.films.values())
    same(_counts(_buckets(library, {"histogram": {"field": "year", "interval": 10}})), dict(expected), "the decades")
    ranges = [{"to": 1910}, {"from": 1910, "to": 1920, "key": "tens"}, {"from": 1920}]
    found = _counts(_buckets(library, {"range": {"field": "year", "ranges": ranges}}))
    same(found["tens"], expected[1910], "a range with a name")


def composite_pages_through_all_buckets(library):
    sources = [{"year": {"terms": {"field": "year"}}}, {"genre": {"terms": {"field": "genres"}}}]
    expected = Counter((film["year"], genre) for film in library.films.values() for genre in film["genres"])
    found, after = {}, {}
    while True:
        answer = _aggregate(library, {"composite": {"size": 40, "sources": sources, **after}})
        if not answer["buckets"]:
            break
        found |= {(bucket["key"]["year"], bucket["key"]["genre"]): bucket["doc_count"] for bucket in answer["buckets"]}
        after = {"after": answer["after_key"]}
    same(found, dict(expected), "year and genre")
    same(list(found), sorted(expected), "in order")


def filters_make_buckets(library):
    filters = {"love": {"match": {"title": "love"}}, "war": {"term": {"genres": "War"}}}
    answer = _aggregate(library, {"filters": {"filters": filters, "other_bucket_key": "neither"}})["buckets"]
    love = library.ids(lambda film: "love" in words(film["title"]))
    war = library.ids(lambda film: "War" in film["genres"])
    found = {name: bucket["doc_count"] for name, bucket in answer.items()}
    same(found, {"love": len(love), "war": len(war), "neither": len(library.films) - len(love | war)}, "the buckets")
    one = _aggregate(library, {"filter": filters["war"], "aggs": {"years": {"cardinality": {"field": "year"}}}})
    same(one["years"]["value"], len({library.films[film]["year"] for film in war}), "inside a filter")


def different_values_are_counted(library):
    genres = _aggregate(library, {"cardinality": {"field": "genres"}})["value"]
    same(genres, len(_genres(library)), "the genres")
    actors = {name for film in library.films.values() for name in film["cast"]}
    same(_aggregate(library, {"cardinality": {"field": "cast.raw"}})["value"], len(actors), "the actors")


def numbers_are_summed_up(library):
    years = sorted(film["year"] for film in library.films.values())
    stats = _aggregate(library, {"stats": {"field": "year"}})
    same(
        [stats[name] for name in ("count", "min", "max", "sum")], [len(years), years[0], years[-1], sum(years)], "stats"
    )
    close(stats["avg"], sum(years) / len(years), "the mean")
    middle = _aggregate(library, {"percentiles": {"field": "year", "percents": [50]}})["values"]["50.0"]
    close(middle, (years[(len(years) - 1) // 2] + years[len(years) // 2]) / 2, "the median")


def buckets_show_their_best_hits(library):
    best = {"top_hits": {"size": 2, "_source": ["title"], "sort": [{"year": "desc"}, {"key": "asc"}]}}
    buckets = _buckets(library, {"terms": {"field": "genres", "size": 4}, "aggs": {"best": best}})
    for bucket in buckets:
        films = [film for film in library.films.values() if bucket["key"] in film["genres"]]
        films.sort(key=lambda film: (-film["year"], film["key"]))
        hits = bucket["best"]["hits"]
        same(hits["total"]["value"], len(films), "all of the bucket")
        same(
            [hit["_id"] for hit in hits["hits"]], [film["key"] for film in films[:2]], f"the newest of {bucket['key']}"
        )
        same(hits["hits"][0]["_source"], {"title": films[0]["title"]}, "what is shown of them")


def buckets_are_worked_on(library):
    inner = {"sum": {"cumulative_sum": {"buckets_path": "_count"}}}
    buckets = _buckets(library, {"histogram": {"field": "year", "interval": 1}, "aggs": inner})
    same(buckets[-1]["sum"]["value"], len(library.films), "the last sum is the number of films")
    sort = {"page": {"bucket_sort": {"sort": [{"_count": "desc"}], "size": 1}}}
    largest = _buckets(library, {"histogram": {"field": "year", "interval": 1}, "aggs": sort})
    most = Counter(film["year"] for film in library.films.values()).most_common(1)[0][1]
    same([bucket["doc_count"] for bucket in largest], [most], "the year with the most films")
