// Indexes and what is told about them: mappings, analyzers, aliases, the cluster.

import assert from "node:assert/strict";

import { DEFINITION } from "./films.mjs";

export async function theMappingIsTheOneThatWasGiven({ api, index }) {
  const told = await api.indices.getMapping({ index });
  const { suggest, ...fields } = told[index].mappings.properties;
  const { suggest: _, ...given } = DEFINITION.mappings.properties;
  assert.deepEqual(fields, given, "the fields");
  // Of a completion all parameters are told, as Elasticsearch does.
  assert.deepEqual([suggest.type, suggest.analyzer], ["completion", "simple"], "the completion");
  assert.equal(told[index].mappings.dynamic, "strict", "whether new fields are taken");
  const settings = (await api.indices.getSettings({ index }))[index].settings.index;
  assert.equal(Number(settings.number_of_shards), 3, "the shards");
  assert.deepEqual(Object.keys(settings.analysis.normalizer), ["folded"], "the normalizers");
}

export async function textsAreAnalyzedAsTold({ api, index }) {
  const tokens = async (body) => (await api.indices.analyze({ index }, body)).tokens.map(({ token }) => token);
  assert.deepEqual(await tokens({ analyzer: "words", text: "Über-Films!" }), ["uber", "films"]);
  assert.deepEqual(await tokens({ analyzer: "word_pairs", text: "a big film" }), [
    "a",
    "a big",
    "big",
    "big film",
    "film",
  ]);
  assert.deepEqual(await tokens({ field: "body", text: "The running men" }), ["run", "men"]);
  assert.deepEqual(await tokens({ normalizer: "folded", text: "Émile Zola" }), ["emile zola"]);
  assert.deepEqual((await tokens({ analyzer: "words_of_queries", text: "a kid" })).sort(), ["a", "child", "kid"]);
}

export async function fieldsAreToldWithWhatTheyCan({ api, index }) {
  const { fields } = await api.fieldCaps({ index, fields: ["year", "title*"] });
  assert.deepEqual(Object.keys(fields).sort(), ["title", "title.pairs", "title.raw", "year"], "the fields that match");
  const can = ({ searchable, aggregatable }) => ({ searchable, aggregatable });
  assert.deepEqual(can(fields.year.short), { searchable: true, aggregatable: true }, "a number");
  assert.deepEqual(can(fields.title.text), { searchable: true, aggregatable: false }, "a text");
}

export async function anAliasMovesAtOnce(library) {
  const { api } = library;
  const alias = `${library.name}-current`;
  const [monday, tuesday] = [await library.newIndex("monday"), await library.newIndex("tuesday")];
  for (const index of [monday, tuesday]) await api.index({ index, id: "1", refresh: true }, { day: index });
  await api.indices.putAlias({ index: monday, name: alias });
  assert.equal(await api.indices.existsAlias({ name: alias }), true, "the alias exists");
  assert.equal((await api.get({ index: alias, id: "1" }))._source.day, monday, "before");
  const actions = [{ remove: { index: monday, alias } }, { add: { index: tuesday, alias } }];
  assert.equal((await api.indices.updateAliases({}, { actions })).acknowledged, true, "swapped");
  assert.deepEqual(Object.keys(await api.indices.getAlias({ name: alias })), [tuesday], "where it points to");
  const { hits } = await api.search({ index: alias }, { query: { match_all: {} } });
  assert.deepEqual(
    hits.hits.map(({ _index, _source }) => [_index, _source.day]),
    [[tuesday, tuesday]],
    "after",
  );
}

export async function theClusterIsWell({ api, films, index }) {
  const health = await api.cluster.health({ index });
  assert.ok(["green", "yellow"].includes(health.status), `the health: ${health.status}`);
  const [row] = await api.cat.indices({ index, format: "json" });
  assert.deepEqual([row.index, Number(row["docs.count"])], [index, films.size], "the index is listed");
  const stats = await api.indices.stats({ index });
  assert.equal(stats.indices[index].primaries.docs.count, films.size, "the statistics");
}
