"""Documents, searches and facets as objects: what the libraries have on top of their clients."""

from collections import Counter

from films import check, raises, same, words


def _film_class(library):
    dsl = library.dsl
    dsl.connections.add_connection("default", library.client)
    same_words = dsl.token_filter("same_words", type="synonym", synonyms=["kid, child"])
    titles = dsl.analyzer("titles", tokenizer="standard", filter=["lowercase", same_words])

    class Film(dsl.Document):
        """The mapping of an index that the library makes."""

        title = dsl.Text(analyzer=titles, fields={"raw": dsl.Keyword()})
        genres = dsl.Keyword(multi=True)
        year = dsl.Short()
        suggest = dsl.Completion()

        class Index:
            name = f"{library.name}-objects"
            settings = {"number_of_shards": 2}

    return Film


def _loaded(library):
    """The class over an index with some of the films."""
    film_class = _film_class(library)
    if not film_class._index.exists():
        film_class.init()
        library.made.add(film_class._index._name)
        library.helpers.bulk(library.client, (_object(film_class, film) for film in _some(library)), refresh=True)
    return film_class


def _object(film_class, film):
    chosen = {name: film[name] for name in ("title", "genres", "year")}
    return film_class(meta={"id": film["key"]}, suggest=film["title"], **chosen).to_dict(include_meta=True)


def _some(library):
    return list(library.films.values())[:1_000]


def objects_are_saved_and_read(library):
    film_class = _loaded(library)
    own = film_class(meta={"id": "own"}, title="A film of our own", genres=["Drama"], year=2024)
    same(own.save(refresh=True), "created", "saved")
    read = film_class.get(id="own")
    same((read.title, list(read.genres), read.year), ("A film of our own", ["Drama"], 2024), "read")
    read.update(year=2025, refresh=True)
    same(film_class.get(id="own").year, 2025, "updated")
    check(film_class.exists(id="own"), "it exists")
    read.delete(refresh=True)
    raises(library.NotFound, "a deleted one", lambda: film_class.get(id="own"))


def searches_are_put_together(library):
    dsl, film_class = library.dsl, _loaded(library)
    search = film_class.search().query("match", title="child").filter("range", year={"gte": 1905})
    search = search.highlight("title").sort("-year", "title.raw").extra(track_total_hits=True)[:100]
    expected = [
        film for film in _some(library) if {"kid", "child"} & set(words(film["title"])) and film["year"] >= 1905
    ]
    response = search.execute()
    same({hit.meta.id for hit in response}, {film["key"] for film in expected}, "the films")
    same(response.hits.total.value, len(expected), "the total")
    check(all("<em>" in hit.meta.highlight.title[0] for hit in response), "each is highlighted")
    years = [hit.year for hit in response]
    same(years, sorted(years, reverse=True), "the newest first")
    either = film_class.search().query(dsl.Q("term", year=1910) | dsl.Q("term", year=1911))
    same(either.count(), sum(film["year"] in (1910, 1911) for film in _some(library)), "queries put together")
    same(len(list(film_class.search().scan())), 1_000, "a scan")


def facets_are_counted(library):
    dsl, film_class = library.dsl, _loaded(library)

    class Films(dsl.FacetedSearch):
        """A search with two facets."""

        doc_types = [film_class]
        index = film_class._index._name
        fields = ["title"]
        facets = {
            "genres": dsl.TermsFacet(field="genres", size=50),
            "decades": dsl.HistogramFacet(field="year", interval=10),
        }

        def query(self, search, query):
            return search.query("match", title=query) if query else search

    love = [film for film in _some(library) if "love" in words(film["title"])]
    response = Films("love", {"genres": "Drama"}).execute()
    drama = [film for film in love if "Drama" in film["genres"]]
    same(response.hits.total.value, len(drama), "the films of the chosen genre")
    genres = {name: count for name, count, _ in response.facets.genres}
    same(genres, dict(Counter(genre for film in love for genre in film["genres"])), "its own choice hides no genre")
    same([name for name, _, chosen in response.facets.genres if chosen], ["Drama"], "what is chosen")
    decades = {int(start): count for start, count, _ in response.facets.decades if count}
    same(decades, dict(Counter(film["year"] // 10 * 10 for film in drama)), "the other facet is narrowed")


def suggestions_are_objects(library):
    film_class = _loaded(library)
    search = film_class.search().suggest("titles", "romeo", completion={"field": "suggest"})
    options = search.execute().suggest.titles[0].options
    romeo = {film["key"] for film in _some(library) if film["title"].lower().startswith("romeo")}
    check(romeo, "there are such films")
    same({option._id for option in options}, romeo, "the films")
