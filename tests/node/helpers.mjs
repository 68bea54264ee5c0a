// What the clients have on top of the API: bulk requests that partly fail, scrolling, searches sent together.

import assert from "node:assert/strict";

import { words } from "./films.mjs";

export async function aBulkRequestSaysWhichItemsFailed(library) {
  const { api, client } = library;
  const index = await library.newIndex("bulk", { mappings: { properties: { year: { type: "long" } } } });
  const dropped = [];
  const stats = await client.helpers.bulk({
    datasource: [{ year: 1 }, { year: "long ago" }, { year: 3 }],
    onDocument: (film) => ({ index: { _index: index, _id: String(film.year) } }),
    onDrop: (each) => dropped.push(each),
    refreshOnCompletion: index,
  });
  assert.deepEqual([stats.total, stats.successful, stats.failed], [3, 2, 1], "what `helpers.bulk` tells");
  assert.deepEqual(
    dropped.map(({ status, document }) => [status, document]),
    [[400, { year: "long ago" }]],
    "the failure",
  );
  assert.match(dropped[0].error.type, /^(mapper|document)_parsing_exception$/, "why");
  const update = await client.helpers.bulk({
    datasource: [{ year: 2 }],
    onDocument: () => [{ update: { _index: index, _id: "1" } }, { doc_as_upsert: true }],
    refreshOnCompletion: index,
  });
  assert.equal(update.successful, 1, "an update");
  assert.deepEqual(await api.getSource({ index, id: "1" }), { year: 2 }, "what was updated");
  assert.equal((await api.count({ index })).count, 2, "the good ones went in");
}

export async function aStreamOfDocumentsIsLoaded(library) {
  const { api, client } = library;
  const index = await library.newIndex("stream");
  async function* documents() {
    for (let number = 0; number < 100; number += 1) yield { number };
  }
  const onDocument = ({ number }) => ({ create: { _index: index, _id: String(number) } });
  const stats = await client.helpers.bulk({
    datasource: documents(),
    onDocument,
    flushBytes: 500,
    refreshOnCompletion: index,
  });
  assert.deepEqual([stats.successful, (await api.count({ index })).count], [100, 100], "all of them");
}

export async function aSearchGivesItsDocuments(library) {
  const { client, films, index, request } = library;
  const found = await client.helpers.search(request({ index }, { query: { ids: { values: ["7"] } } }, "search"));
  assert.equal(found.length, 1);
  assert.equal(found[0].title, films.get("7").title);
}

export async function scrollingFindsEverything(library) {
  const { client, films, index, request } = library;
  const all = () => request({ index, scroll: "1m" }, { query: { match_all: {} }, size: 700 }, "search");
  const found = [];
  let pages = 0;
  for await (const { body, documents } of client.helpers.scrollSearch(all())) {
    assert.equal(body.hits.total.value, films.size, "the total is on each page");
    found.push(...documents.map((film) => film.key));
    pages += 1;
  }
  assert.deepEqual(found.sort(), [...films.keys()].sort(), "each film once");
  assert.equal(pages, Math.ceil(films.size / 700), "in pages");

  let documents = 0;
  for await (const film of client.helpers.scrollDocuments(all())) documents += films.has(film.key) ? 1 : 0;
  assert.equal(documents, films.size, "the same by documents");

  pages = 0;
  for await (const page of client.helpers.scrollSearch(all())) {
    pages += 1;
    if (pages === 2) await page.clear();
  }
  assert.equal(pages, 2, "a scroll that is cleared ends");
}

export async function searchesAreSentTogether(library) {
  const { client, index, errors } = library;
  const together = client.helpers.msearch({ operations: 3 });
  const [love, year, bad] = await Promise.allSettled([
    together.search({ index }, { query: { match: { title: "love" } }, size: 100 }),
    together.search({ index }, { query: { term: { year: 1915 } }, size: 0, track_total_hits: true }),
    together.search({ index }, { query: { no_such_query: {} } }),
  ]);
  together.stop();
  const titles = library.ids((film) => words(film.title).includes("love"));
  assert.deepEqual(love.value.documents.map((film) => film.key).sort(), titles, "the first");
  assert.equal(year.value.body.hits.total.value, library.ids((film) => film.year === 1915).length, "the second");
  assert.ok(bad.reason instanceof errors.ResponseError && bad.reason.statusCode === 400, `the third: ${bad.reason}`);
}
