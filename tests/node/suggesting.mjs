// Suggestions: corrected words, corrected phrases, and titles that begin with what was typed.

import assert from "node:assert/strict";

async function suggest(library, suggestion) {
  const { suggest } = await library.search({ suggest: { it: suggestion }, size: 0 });
  assert.equal(suggest.it.length, 1, "one word, one entry");
  return suggest.it[0];
}

export async function misspeltWordsAreCorrected(library) {
  const { text, offset, length, options } = await suggest(library, { text: "frankenstien", term: { field: "title" } });
  assert.deepEqual([text, offset, length], ["frankenstien", 0, 12], "the word that was meant");
  assert.equal(options[0].text, "frankenstein", "the correction");
  assert.ok(options[0].freq >= 1 && options[0].score > 0, "how good it is");
}

export async function misspeltPhrasesAreCorrected(library) {
  const phrase = { field: "title", size: 1, highlight: { pre_tag: "<em>", post_tag: "</em>" } };
  const { options } = await suggest(library, { text: "romeo and juleit", phrase });
  assert.equal(options[0].text, "romeo and juliet", "the phrase");
  assert.equal(options[0].highlighted, "romeo and <em>juliet</em>", "what was changed");
}

export async function titlesAreCompleted(library) {
  const { options } = await suggest(library, { prefix: "dr. jek", completion: { field: "suggest", size: 20 } });
  const titles = [...library.films.values()].filter((film) => film.title.toLowerCase().startsWith("dr. jek"));
  assert.deepEqual(options.map((option) => option._id).sort(), titles.map((film) => film.key).sort(), "the films");
  assert.deepEqual(
    options.map((option) => option._score),
    titles.map((film) => film.year).sort((a, b) => b - a),
    "newest first",
  );
  assert.deepEqual(options[0]._source, library.films.get(options[0]._id), "the whole document");
}
