// Searches: queries, filters, facets, sorting, what is shown of a hit, highlighting, collapsing, explaining.

import assert from "node:assert/strict";

import { counts, idsOf, words } from "./films.mjs";

const isAbout = (word) => (film) => words(film.title).includes(word);

export async function theBestComeFirst(library) {
  const { hits } = await library.search({
    query: { bool: { must: { match: { title: "love" } }, filter: { range: { year: { gte: 1910 } } } } },
    _source: ["title", "year"],
    size: 5,
    track_total_hits: true,
  });
  const love = library.ids((film) => isAbout("love")(film) && film.year >= 1910);
  assert.deepEqual(hits.total, { value: love.length, relation: "eq" }, "the total");
  const scores = hits.hits.map((hit) => hit._score);
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
    "the scores",
  );
  assert.equal(hits.max_score, scores[0], "the best score");
  for (const hit of hits.hits) {
    assert.ok(love.includes(hit._id), `${hit._id} is about love`);
    assert.deepEqual(Object.keys(hit._source), ["title", "year"], "only what was asked for");
  }
}

export async function synonymsFindEachOther(library) {
  const young = library.ids((film) => isAbout("kid")(film) || isAbout("child")(film));
  for (const query of ["kid", "Child"]) {
    const found = idsOf(await library.hits({ query: { match: { title: query } }, size: 100 }));
    assert.deepEqual(found.sort(), young, query);
  }
}

export async function facetsDoNotSeeThePostFilter(library) {
  const { hits, aggregations } = await library.search({
    query: { match: { title: "love" } },
    post_filter: { term: { genres: "Comedy" } },
    aggs: {
      genres: { terms: { field: "genres", size: 50 } },
      decades: { histogram: { field: "year", interval: 10 }, aggs: { mean: { avg: { field: "year" } } } },
    },
    size: 100,
  });
  const love = [...library.films.values()].filter(isAbout("love"));
  const comedies = love.filter((film) => film.genres.includes("Comedy")).map((film) => film.key);
  assert.deepEqual(idsOf(hits.hits).sort(), comedies.sort(), "the hits");
  const genres = Object.fromEntries(aggregations.genres.buckets.map((bucket) => [bucket.key, bucket.doc_count]));
  assert.deepEqual(genres, counts(love.flatMap((film) => film.genres)), "the facets");
  for (const { key, doc_count, mean } of aggregations.decades.buckets) {
    const years = love.map((film) => film.year).filter((year) => Math.floor(year / 10) * 10 === key);
    assert.deepEqual(
      [doc_count, mean.value],
      [years.length, years.reduce((a, b) => a + b, 0) / years.length],
      `from ${key}`,
    );
  }
}

export async function compositeAndTopHits(library) {
  const best = { top_hits: { size: 1, _source: ["title"], sort: [{ year: "desc" }, { key: "asc" }] } };
  const sources = [{ genre: { terms: { field: "genres" } } }];
  const films = [...library.films.values()].toSorted((a, b) => b.year - a.year || (a.key < b.key ? -1 : 1));
  const found = {};
  for (let after; ;) {
    const composite = { size: 7, sources, ...after };
    const { aggregations } = await library.search({ size: 0, aggs: { all: { composite, aggs: { best } } } });
    const { buckets, after_key } = aggregations.all;
    if (buckets.length === 0) break;
    after = { after: after_key };
    for (const { key, doc_count, best } of buckets) {
      found[key.genre] = doc_count;
      const newest = films.find((film) => film.genres.includes(key.genre));
      assert.deepEqual(best.hits.hits[0]._source, { title: newest.title }, `the newest of ${key.genre}`);
    }
  }
  assert.deepEqual(found, counts(films.flatMap((film) => film.genres)), "the buckets of all pages");
}

export async function onlyWhatIsAskedForIsShown(library) {
  const film = library.films.get("5");
  const query = { ids: { values: ["5"] } };
  const [part] = await library.hits({ query, _source: { includes: ["t*", "year"], excludes: ["*r"] } });
  assert.deepEqual(part._source, { title: film.title }, "patterns");
  const [shown] = await library.hits({
    query,
    _source: false,
    fields: ["year", "title.raw"],
    docvalue_fields: ["key"],
  });
  assert.equal(shown._source, undefined, "no source");
  assert.deepEqual(shown.fields, { year: [film.year], "title.raw": [film.title.toLowerCase()], key: ["5"] }, "fields");
}

export async function wordsAreHighlighted(library) {
  const hits = await library.hits({
    query: { match: { body: "detective" } },
    highlight: {
      pre_tags: ["<b>"],
      post_tags: ["</b>"],
      fields: { body: { fragment_size: 80, number_of_fragments: 2 } },
    },
  });
  assert.ok(hits.length > 0, "something is found");
  for (const hit of hits) {
    assert.ok(hit.highlight.body.length <= 2, "no more than was asked for");
    for (const text of hit.highlight.body) {
      assert.ok(hit._source.body.includes(text.replaceAll(/<\/?b>/g, "")), `a part of the body: ${text}`);
      assert.match(text, /<b>detectives?<\/b>/i, "what was asked for is marked");
    }
  }
}

export async function hitsAreCollapsedByAField(library) {
  const inner_hits = { name: "others", size: 1, sort: [{ key: "desc" }] };
  const { hits } = await library.search({
    query: { match: { title: "love" } },
    collapse: { field: "year", inner_hits },
    sort: [{ year: "desc" }],
    size: 100,
  });
  const love = [...library.films.values()].filter(isAbout("love"));
  assert.equal(hits.total.value, love.length, "the total is that of all matches");
  const years = hits.hits.map((hit) => hit.fields.year[0]);
  assert.deepEqual(
    years,
    [...new Set(love.map((film) => film.year))].sort((a, b) => b - a),
    "each year once, in order",
  );
  for (const hit of hits.hits) {
    const others = love
      .filter((film) => film.year === hit.fields.year[0])
      .map((film) => film.key)
      .sort();
    const inner = hit.inner_hits.others.hits;
    assert.deepEqual([inner.total.value, idsOf(inner.hits)], [others.length, [others.at(-1)]], "the others of a year");
  }
}

export async function scoresAreExplained(library) {
  const query = { match: { title: "love" } };
  const [hit] = await library.hits({ query, explain: true, size: 1 });
  const near = (found, what) =>
    assert.ok(Math.abs(found - hit._score) < 1e-4, `${what}: ${found}, expected ${hit._score}`);
  near(hit._explanation.value, "the explanation of a hit");
  const { matched, explanation } = await library.api.explain({ index: library.index, id: hit._id }, { query });
  assert.equal(matched, true, "it matches");
  near(explanation.value, "the explanation of one document");
}

export async function queriesAreValidated({ api, index }) {
  const validate = (query) => api.indices.validateQuery({ index, explain: true }, { query });
  assert.equal((await validate({ match: { title: "love" } })).valid, true, "a good one");
  assert.equal((await validate({ no_such_query: {} })).valid, false, "a bad one");
}

export async function severalSearchesGoInOneRequest(library) {
  const { api, index } = library;
  const { responses } = await api.msearch({ index }, [
    {},
    { query: { match: { title: "love" } }, size: 1 },
    { index: "no-such-index" },
    { query: { match_all: {} } },
  ]);
  assert.deepEqual(
    responses.map((response) => response.status),
    [200, 404],
    "the statuses",
  );
  assert.equal(responses[0].hits.hits.length, 1, "the first");
  assert.equal(responses[1].error.type, "index_not_found_exception", "the second");
}
