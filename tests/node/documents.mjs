// Single documents: writing, reading, conflicts, updates, deletions.

import assert from "node:assert/strict";

const OWN = { title: "A film of our own", year: 2024 };
const DEFINITION = { mappings: { properties: { title: { type: "text" }, year: { type: "long" } } } };

export async function aDocumentIsReadAsItWasWritten(library) {
  const { api } = library;
  const index = await library.newIndex("own", DEFINITION);
  const own = { index, id: "own" };
  const { result, _version, ...written } = await api.index({ ...own, refresh: true }, OWN);
  assert.deepEqual([result, _version, written._id], ["created", 1, "own"], "the result");
  assert.equal(await api.exists(own), true, "it exists");
  const read = await api.get(own);
  assert.deepEqual([read._source, read._version, read.found], [OWN, 1, true], "the document");
  assert.deepEqual(await api.getSource(own), OWN, "its source alone");
  assert.deepEqual((await api.get({ ...own, _source_includes: ["year"] }))._source, { year: 2024 }, "a part of it");
  assert.equal((await api.delete({ ...own, refresh: "wait_for" })).result, "deleted", "the deletion");
  assert.equal(await api.exists(own), false, "it is gone");
  await assert.rejects(api.get(own), ({ statusCode, meta }) => statusCode === 404 && meta.body.found === false);
  await assert.rejects(api.delete(own), ({ statusCode }) => statusCode === 404);
  assert.ok((await api.index({ index }, OWN))._id, "an id is made");
}

export async function conflictsAreTold(library) {
  const { api } = library;
  const own = { index: await library.newIndex("conflicts", DEFINITION), id: "own" };
  const first = await api.create(own, OWN);
  const conflict = { status: 409, type: "version_conflict_engine_exception" };
  await library.fails("a second create", api.create(own, OWN), conflict);
  const condition = { ...own, if_seq_no: first._seq_no, if_primary_term: first._primary_term };
  assert.equal((await api.index(condition, OWN)).result, "updated", "the condition holds");
  await library.fails("an old condition", api.index(condition, OWN), conflict);
}

export async function documentsAreUpdated(library) {
  const { api } = library;
  const own = { index: await library.newIndex("updates", DEFINITION), id: "own" };
  const update = async (body) => (await api.update(own, body)).result;
  const nothing = { status: 404, type: "document_missing_exception" };
  await library.fails("nothing to update", api.update(own, { doc: { year: 1 } }), nothing);
  assert.equal(await update({ doc: { year: 1 }, upsert: OWN }), "created", "an upsert");
  assert.equal(await update({ doc: { year: 2025 } }), "updated", "a part");
  assert.equal(await update({ doc: { year: 2025 } }), "noop", "no change");
  assert.deepEqual(await api.getSource(own), { ...OWN, year: 2025 }, "the rest is kept");
  await api.delete(own);
  assert.equal(await update({ doc: OWN, doc_as_upsert: true }), "created", "the part as the whole");
}

export async function severalAreReadAtOnce({ api, films, index }) {
  const { docs } = await api.mget({ index }, { ids: ["1", "no-such-film", "2"] });
  assert.deepEqual(
    docs.map((doc) => doc.found),
    [true, false, true],
    "which were found",
  );
  assert.deepEqual(docs[2]._source, films.get("2"), "the last one");
  const one = await api.mget({}, { docs: [{ _index: index, _id: "3", _source: ["title"] }] });
  assert.deepEqual(one.docs[0]._source, { title: films.get("3").title }, "a part of one");
}

export async function documentsAreDeletedByAQuery(library) {
  const { api, client } = library;
  const index = await library.newIndex("deletions", DEFINITION);
  await client.helpers.bulk({
    datasource: Array.from({ length: 100 }, (_, number) => ({ year: 1900 + number })),
    onDocument: () => ({ index: { _index: index } }),
    refreshOnCompletion: index,
  });
  const done = await api.deleteByQuery({ index, refresh: true }, { query: { range: { year: { lt: 1930 } } } });
  assert.deepEqual([done.deleted, done.failures], [30, []], "what was deleted");
  assert.equal((await api.count({ index })).count, 70, "what is left");
}
