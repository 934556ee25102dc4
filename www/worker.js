// Reads inputs beside the page, so that the page stays at hand: starts the wasm, answers one question after the other.

import init, { Reader } from "./reader.js";
import packed from "./reader_bg.js";
import { unpack } from "./packed.js";
import { overview, select } from "./rows.js";

/** What was read last. */
const known = { reader: undefined, rows: [] };

const ready = start();
addEventListener("message", ({ data }) => void answer(data));

/** Unpacks and starts the wasm: nothing is fetched, since the page's policy allows no connection. */
async function start() {
  await init({ module_or_path: await unpack(packed).arrayBuffer() });
}

/**
 * Answers a question under its number; an error is told in words.
 * @param {{ id: number, kind: string }} question
 */
async function answer(question) {
  try {
    await ready;
    postMessage({ id: question.id, result: await answers[question.kind](question) });
  } catch (error) {
    postMessage({ id: question.id, error: String(error?.message ?? error) });
  }
}

const answers = {
  /** Reads a pasted text. */
  text({ text }) {
    const reader = begin();
    reader.push(new TextEncoder().encode(text));
    return finish();
  },

  /** Reads a file piece by piece, and tells how far it is. */
  async file({ id, file }) {
    const reader = begin();
    const stream = file.stream().getReader();
    let read = 0;
    let told = 0;
    for (;;) {
      const { done, value } = await stream.read();
      if (done) break;
      reader.push(value);
      read += value.length;
      if (performance.now() - told > 50) {
        told = performance.now();
        postMessage({ id, progress: file.size ? read / file.size : 1 });
      }
    }
    return finish();
  },

  /** The rows that fit a choice, in its order. */
  rows: ({ choice }) => select(known.rows, choice),

  /** The diagnosis of a row. */
  view: ({ row, theSite }) => JSON.parse(known.reader.view(row, theSite) ?? "null"),

  /** What the owner of the site wants to know of a row. */
  part: ({ row }) => JSON.parse(known.reader.part(row, Date.now()) ?? "null"),

  /** The input again, without its secrets. */
  shared: ({ row }) => known.reader.shared(row),
};

/** A new reader in place of the last one. */
function begin() {
  known.reader?.free();
  known.rows = [];
  known.reader = new Reader();
  return known.reader;
}

/** What was understood; the rows stay here. */
function finish() {
  const { rows, ...summary } = JSON.parse(known.reader.finish());
  known.rows = rows.map((row, index) => ({ ...row, row: index }));
  return { ...summary, ...overview(known.rows) };
}
