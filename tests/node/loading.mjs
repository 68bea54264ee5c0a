// Makes the index of the films and loads them with `helpers.bulk`.

import assert from "node:assert/strict";

import { DEFINITION } from "./films.mjs";

export async function load(library) {
  const { api, client, films, index } = library;
  assert.equal(await api.ping(), true, "ping");
  const { version, tagline } = await api.info();
  assert.ok(version.number && tagline, "the version is told");
  assert.deepEqual(await api.indices.create({ index }, DEFINITION), {
    acknowledged: true,
    shards_acknowledged: true,
    index,
  });
  assert.equal(await api.indices.exists({ index }), true, "the index exists");
  const stats = await client.helpers.bulk({
    datasource: [...films.values()],
    onDocument: (film) => ({ create: { _index: index, _id: film.key } }),
    onDrop: (dropped) => assert.fail(`dropped: ${JSON.stringify(dropped)}`),
    flushBytes: 500_000,
    concurrency: 2,
    refreshOnCompletion: index,
  });
  assert.deepEqual(
    [stats.successful, stats.failed, stats.aborted],
    [films.size, 0, false],
    "what `helpers.bulk` tells",
  );
  assert.equal((await api.count({ index })).count, films.size, "all films are counted");
}
