// All pages of a search: by number, `search_after`, scrolling, and a point in time.

import assert from "node:assert/strict";

import { complete } from "./library.mjs";
import { idsOf } from "./films.mjs";

const ALL = { match_all: {} };

export async function pagesAreNumbered(library) {
  const query = { match: { title: "the love" } };
  const whole = idsOf(await library.hits({ query, size: 60 }));
  const pages = [];
  for (const from of [0, 20, 40]) pages.push(...idsOf(await library.hits({ query, from, size: 20 })));
  assert.deepEqual(pages, whole, "three pages");
}

export async function eachPageFollowsTheLastHit(library) {
  const found = [];
  for (let after = {}; ;) {
    const page = await library.hits({ query: ALL, sort: [{ year: "desc" }, { key: "asc" }], size: 700, ...after });
    if (page.length === 0) break;
    found.push(...idsOf(page));
    after = { search_after: page.at(-1).sort };
  }
  const films = [...library.films.values()].sort((a, b) => b.year - a.year || (a.key < b.key ? -1 : 1));
  assert.deepEqual(
    found,
    films.map((film) => film.key),
    "all films in order",
  );
}

export async function aScrollEndsWhenItIsCleared(library) {
  const { api, index } = library;
  const query = { match: { title: "love" } };
  const found = [];
  let page = complete(await api.search({ index, scroll: "1m" }, { query, size: 10 }));
  let scroll_id;
  while (page.hits.hits.length > 0) {
    found.push(...idsOf(page.hits.hits));
    scroll_id = page._scroll_id;
    page = complete(await api.scroll({}, { scroll_id, scroll: "1m" }));
  }
  assert.deepEqual(found, idsOf(await library.hits({ query, size: 500 })), "in the order of the search");
  assert.equal((await api.clearScroll({}, { scroll_id })).succeeded, true, "cleared");
  const { root_cause } = await library.fails("the next page", api.scroll({}, { scroll_id }), { status: 404 });
  assert.equal(root_cause[0].type, "search_context_missing_exception", "why");
}

export async function aPointInTimeDoesNotSeeLaterWrites(library) {
  const { api } = library;
  const index = await library.newIndex("moments");
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  await library.client.helpers.bulk({
    datasource: numbers.map((number) => ({ number, decade: Math.floor(number / 10) })),
    onDocument: ({ number }) => ({ index: { _index: index, _id: String(number) } }),
    refreshOnCompletion: index,
  });
  let id = await library.openPit(index);
  await api.index({ index, id: "late" }, { number: 100, decade: 5 });
  await api.delete({ index, id: "10", refresh: true });

  const found = [];
  for (let after = {}; ;) {
    const pit = { id, keep_alive: "1m" };
    // Ten films have the same decade: what comes after a hit is decided by more than that.
    const page = complete(await api.search({}, { pit, query: ALL, sort: [{ decade: "desc" }], size: 7, ...after }));
    id = page.pit_id;
    if (page.hits.hits.length === 0) break;
    found.push(...page.hits.hits);
    after = { search_after: found.at(-1).sort };
  }
  const decades = numbers.map((number) => 9 - Math.floor(number / 10));
  assert.deepEqual(
    found.map((hit) => hit._source.decade),
    decades,
    "in order",
  );
  assert.deepEqual(idsOf(found).sort(), numbers.map(String).sort(), "what there was when it was opened");
  await library.closePit(id);
  const closed = api.search({}, { pit: { id }, query: ALL });
  const { root_cause } = await library.fails("a closed one", closed, { status: 404 });
  assert.equal(root_cause[0].type, "search_context_missing_exception", "why");
}
