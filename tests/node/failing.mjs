// What is wrong is told by status and type of the error.

import assert from "node:assert/strict";

export async function indexesThatAreNotThere(library) {
  const { api } = library;
  const missing = { status: 404, type: "index_not_found_exception" };
  const { reason } = await library.fails("a search", api.search({ index: "no-such-index" }), missing);
  assert.match(reason, /no-such-index/, "the reason");
  await library.fails("a deletion", api.indices.delete({ index: "no-such-index" }), missing);
  assert.equal(await api.indices.exists({ index: "no-such-index" }), false, "it is not there");
  const { hits } = await api.search({ index: "no-such-index", ignore_unavailable: true });
  assert.deepEqual(hits.hits, [], "unless that is all right");
}

export async function indexesThatAreThereAlready(library) {
  const twice = library.api.indices.create({ index: library.index });
  await library.fails("a second creation", twice, { status: 400, type: "resource_already_exists_exception" });
}

export async function searchesThatAreNotUnderstood(library) {
  const { api, index } = library;
  const bad = api.search({ index }, { query: { no_such_query: {} } });
  const { reason, root_cause } = await library.fails("a query", bad, { status: 400, type: "parsing_exception" });
  assert.match(reason, /no_such_query/, "the reason");
  assert.equal(root_cause[0].type, "parsing_exception", "the cause");
  const aggs = { it: { no_such_aggregation: {} } };
  await library.fails("an aggregation", api.search({ index }, { aggs }), { status: 400 });
  await library.fails("a page too far", api.search({ index }, { from: 1_000_000 }), { status: 400 });
}

export async function documentsThatDoNotFit(library) {
  const { api, index } = library;
  const misfit = { index, id: "misfit" };
  const unknown = { status: 400, type: "strict_dynamic_mapping_exception" };
  await library.fails("a new field", api.index(misfit, { no_such_field: 1 }), unknown);
  await library.fails("a wrong value", api.index(misfit, { year: "long ago" }), { status: 400 });
  assert.equal(await api.exists(misfit), false, "nothing was written");
}

export async function callsThatAreNotOffered({ api, index }) {
  await assert.rejects(api.termvectors({ index, id: "1" }), ({ statusCode, meta }) => {
    assert.ok(statusCode >= 400 && statusCode < 500, `the status of term vectors: ${statusCode}`);
    assert.ok(meta.body.error.reason, "the reason");
    return true;
  });
}
