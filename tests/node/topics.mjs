// Runs every topic with a library, and tells at the end all that went wrong.

import * as documents from "./documents.mjs";
import * as failing from "./failing.mjs";
import * as helpers from "./helpers.mjs";
import * as indexes from "./indexes.mjs";
import { load } from "./loading.mjs";
import * as paging from "./paging.mjs";
import * as searching from "./searching.mjs";
import * as suggesting from "./suggesting.mjs";

const TOPICS = { indexes, documents, searching, paging, helpers, suggesting, failing };

/** Loads the films, runs each act of each topic and of a further one, and takes the indexes away again. */
export async function run(library, further) {
  await load(library);
  const failures = [];
  for (const [topic, acts] of Object.entries({ ...TOPICS, further })) {
    for (const [name, act] of Object.entries(acts)) {
      // Each act stands for itself.
      await act(library).catch((error) => failures.push(`${topic}.${name}: ${place(error)}${error.message}`));
    }
  }
  await library.deleteIndexes();
  await library.client.close();
  if (failures.length > 0) {
    console.error(["not so:", ...failures].join("\n"));
    process.exitCode = 1;
  }
}

/** The line of an act where an error came up: the last one before this file's. */
function place(error) {
  const lines = [...(error.stack ?? "").matchAll(/(\w+\.mjs:\d+):/g)].map(([, line]) => line);
  const own = lines.findIndex((line) => line.startsWith("topics.mjs"));
  return own > 0 ? `${lines[own - 1]}: ` : "";
}
