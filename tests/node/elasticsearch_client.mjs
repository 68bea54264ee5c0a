// The official Elasticsearch client, 8 or 9, unmodified, with all topics.

import assert from "node:assert/strict";

import { installed, Library } from "./library.mjs";
import { run } from "./topics.mjs";

const [node, films, name] = process.argv.slice(2);
const { Client, errors } = installed(name);

// Bodies that are not objects, or whose names are the user's, have a key of their own.
const BODIES = { index: "document", create: "document", msearch: "searches" };

const client = new Client({ node, requestTimeout: 60_000 });
const library = {
  name: `${name}-js`,
  client,
  errors,
  request: (parameters, body, method) => ({ ...parameters, ...(method in BODIES ? { [BODIES[method]]: body } : body) }),
  answer: (body) => body,
  openPit: async (index) => (await client.openPointInTime({ index, keep_alive: "1m" })).id,
  closePit: (id) => client.closePointInTime({ id }),
};

async function requestsMayBeCompressed({ index, films }) {
  const compressing = new Client({ node, compression: true });
  const { count } = await compressing.count({ index, query: { match_all: {} } });
  assert.equal(count, films.size);
  await compressing.close();
}

async function thePublishedAddressAnswers({ index, films }) {
  const sniffing = new Client({ node, sniffOnStart: true });
  const error = await new Promise((told) => sniffing.diagnostic.once("sniff", told));
  assert.equal(error, null, "sniffing");
  assert.equal((await sniffing.count({ index })).count, films.size);
  await sniffing.close();
}

async function whatIsIgnoredRaisesNothing({ client, index }) {
  const { statusCode, body } = await client.get({ index, id: "no-such-film" }, { ignore: [404], meta: true });
  assert.deepEqual([statusCode, body.found], [404, false]);
}

await run(new Library(library, films), {
  requestsMayBeCompressed,
  thePublishedAddressAnswers,
  whatIsIgnoredRaisesNothing,
});
