// A client library and what it is tried on.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { readFilms } from "./films.mjs";

// `setup.sh` puts the libraries there.
const load = createRequire(new URL("../../target/node-clients/", import.meta.url));

/** The package of that name, as it was installed. */
export function installed(name) {
  return load(name);
}

/** What the topics see of a library: how it is called is the same for all, what it answers is the library's. */
export class Library {
  // The indexes that the topics make for themselves.
  #made = new Set();

  /**
   * `request(parameters, body, method)` are the arguments of a method in the library's style; `answer(returned)` is the
   * body of what a method returned; `openPit(index)` and `closePit(id)` are calls that differ.
   */
  constructor({ name, client, errors, request, answer, openPit, closePit }, films) {
    Object.assign(this, { name, client, errors, request, openPit, closePit, films: readFilms(films) });
    /** The client, called with the parameters of the URL and the body, answering with bodies. */
    this.api = calls(client, "", (call, method, parameters, body) =>
      call(request(parameters, body, method)).then(answer),
    );
    /** The index of the films, which the topics only read. */
    this.index = `${name}-films`;
  }

  /** Searches the films: the whole answer, which must be one over all documents. */
  async search(body) {
    return complete(await this.api.search({ index: this.index }, body));
  }

  /** Searches the films: the hits of the page. */
  async hits(body) {
    return (await this.search(body)).hits.hits;
  }

  /** The ids of the films that meet a condition, ordered: what a search for them should find. */
  ids(condition) {
    return [...this.films.values()]
      .filter(condition)
      .map((film) => film.key)
      .sort();
  }

  /** Makes an index for an act alone: its name. */
  async newIndex(name, body = {}) {
    const index = `${this.name}-${name}`;
    await this.api.indices.create({ index }, body);
    this.#made.add(index);
    return index;
  }

  /** Deletes what was made. */
  async deleteIndexes() {
    const { api, index } = this;
    await api.indices.delete({ index: [index, ...this.#made], ignore_unavailable: true });
    assert.equal(await api.indices.exists({ index }), false, "a deleted index is still there");
  }

  /** The error that a call must end with, as the server told it. */
  async fails(what, call, { status, type }) {
    const error = await call.then(
      (answer) => assert.fail(`${what}: not refused but answered, ${JSON.stringify(answer)}`),
      (error) => error,
    );
    assert.ok(error instanceof this.errors.ResponseError, `${what}: a ResponseError, not ${error.stack}`);
    assert.equal(error.statusCode, status, `${what}: the status of ${error}`);
    const told = error.meta.body.error;
    if (type) assert.equal(told.type, type, `${what}: the type of ${JSON.stringify(told)}`);
    return told;
  }
}

/** The methods of a client and of its parts (`indices`, `cat`), each called with parameters and a body. */
function calls(part, prefix, call) {
  return new Proxy(part, {
    get(_, name) {
      const member = part[name];
      if (typeof member !== "function") return calls(member, `${prefix}${name}.`, call);
      return (parameters = {}, body) => call(member.bind(part), prefix + name, parameters, body);
    },
  });
}

/** The answer, which must be one over all documents. */
export function complete(answer) {
  assert.equal(answer.timed_out, false, "the search timed out");
  const { total, successful, failed } = answer._shards;
  assert.deepEqual([successful, failed], [total, 0], "every shard answered");
  return answer;
}
