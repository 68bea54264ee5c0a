// The OpenSearch client, unmodified, with all topics.

import assert from "node:assert/strict";
import { once } from "node:events";

import { installed, Library } from "./library.mjs";
import { run } from "./topics.mjs";

const [node, films] = process.argv.slice(2);
const { Client, errors } = installed("@opensearch-project/opensearch");

const client = new Client({ node, requestTimeout: 60_000 });
const library = {
  name: "opensearch-js",
  client,
  errors,
  request: (parameters, body) => ({ ...parameters, body }),
  answer: ({ body }) => body,
  openPit: async (index) => (await client.createPit({ index, keep_alive: "1m" })).body.pit_id,
  closePit: (id) => client.deletePit({ body: { pit_id: [id] } }),
};

async function requestsMayBeCompressed({ index, films }) {
  const compressing = new Client({ node, compression: "gzip" });
  const { body } = await compressing.count({ index, body: { query: { match_all: {} } } });
  assert.equal(body.count, films.size);
  await compressing.close();
}

async function thePublishedAddressAnswers({ index, films }) {
  const sniffing = new Client({ node, sniffOnStart: true });
  const [error] = await once(sniffing, "sniff");
  assert.equal(error, null, "sniffing");
  assert.equal((await sniffing.count({ index })).body.count, films.size);
  await sniffing.close();
}

await run(new Library(library, films), { requestsMayBeCompressed, thePublishedAddressAnswers });
