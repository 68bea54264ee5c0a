// What every client test has alike: the films and their index.

import { readFileSync } from "node:fs";

// Films that are loaded: enough for several requests of `helpers.bulk`.
const FILMS = 3_000;

/** The settings and the mapping of the films' index; the clients of other languages make the same one. */
export const DEFINITION = JSON.parse(readFileSync(new URL("../films.json", import.meta.url), "utf8"));

/** The films that are loaded, by id. */
export function readFilms(path) {
  const lines = readFileSync(path, "utf8").split("\n", FILMS);
  return new Map(
    lines
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map(({ id, source }) => [id, document(id, source)]),
  );
}

function document(id, { title, body, year, genres, cast }) {
  // Of suggestions the newest come first.
  const suggest = { input: [title], weight: year };
  return { key: id, title, body, year, released: `${year}-07-01`, genres, cast, suggest };
}

/** The words of a title, as the analyzer of titles finds them. */
export function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}_'’]+/gu) ?? [];
}

/** The ids of hits, in their order. */
export function idsOf(hits) {
  return hits.map((hit) => hit._id);
}

/** How often each value occurs. */
export function counts(values) {
  const found = {};
  for (const value of values) found[value] = (found[value] ?? 0) + 1;
  return found;
}
