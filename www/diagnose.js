// The page: takes what a person pastes or drops, has it read beside the page, and shows what is true of it.

import "./browser.js";
import { EXAMPLES } from "./examples.js";
import { Failures, el } from "./failures.js";
import { Owner } from "./owner.js";
import { ReaderWorker } from "./reader-worker.js";
import { render } from "./render.js";
import { link, unpack } from "./share.js";
import { args, text } from "./text.js";

/** How long a person who types is left alone, in milliseconds. */
const PAUSE = 150;

/** Longest text that is shown in the box; a longer file is read without it. */
const SHOWN_MAX = 200_000;

/** How many places that could not be read are listed. */
const PROBLEMS_SHOWN = 20;

const part = id => document.getElementById(id);
const [input, status, progress, problems, list, diagnosis, share] =
  ["input", "status", "progress", "problems", "failures", "diagnosis", "share"].map(part);

const worker = new ReaderWorker();
const owner = new Owner(part("owner"), row => worker.ask("part", { row }), copy);
const failures = new Failures(list, choice => worker.ask("rows", { choice }), show);

/** What is under way or shown: only the latest input counts. */
const now = { turn: 0, timer: 0, row: 0 };

/** Listens, offers the examples, and opens what the address carries. */
function start() {
  input.addEventListener("input", onInput);
  part("file").addEventListener("change", event => {
    const [file] = event.target.files;
    if (file) void readFile(file);
    event.target.value = "";
  });
  part("clear").addEventListener("click", () => {
    input.value = "";
    forget();
    input.focus();
  });
  part("cancel").addEventListener("click", cancel);
  part("share-make").addEventListener("click", () => void makeLink());
  part("share-copy").addEventListener("click", () => void copyLink());
  diagnosis.addEventListener("click", onDiagnosisClick);
  addEventListener("dragover", event => event.preventDefault());
  addEventListener("drop", onDrop);
  addEventListener("hashchange", () => void open());
  part("examples").append(...EXAMPLES.map(([key, example]) => {
    const button = el("button", { type: "button", "data-example": key }, text(key));
    button.addEventListener("click", () => {
      input.value = example;
      void readText();
      input.scrollIntoView({ block: "nearest" });
    });
    return button;
  }));
  void open();
  navigator.serviceWorker?.register(new URL("offline.js", import.meta.url)).catch(() => {});
}

/** Shows what a link carries. */
async function open() {
  const carried = await unpack(location.hash);
  if (carried === null) return;
  input.value = carried;
  await readText();
}

/** A paste is read at once, typing after a pause. */
function onInput(event) {
  clearTimeout(now.timer);
  if (event.inputType === "insertFromPaste" || event.inputType === "insertFromDrop") void readText();
  else now.timer = setTimeout(() => void readText(), PAUSE);
}

/** A file that is dropped anywhere is read; text goes into the box by itself. */
function onDrop(event) {
  const [file] = event.dataTransfer?.files ?? [];
  if (!file) return;
  event.preventDefault();
  void readFile(file);
}

/** Reads the box. */
async function readText() {
  clearTimeout(now.timer);
  if (input.value.trim() === "") return forget();
  await read(worker.ask("text", { text: input.value }));
}

/** Reads a file; a short one that is no recording is shown in the box as well. */
async function readFile(file) {
  input.value = "";
  forget();
  if (file.size < SHOWN_MAX) input.value = await file.text();
  status.textContent = text("www_reading");
  progress.hidden = false;
  const bar = progress.querySelector("progress");
  bar.value = 0;
  await read(worker.ask("file", { file }, done => (bar.value = done)));
}

/** Stops the reading of a file. */
function cancel() {
  worker.stop();
  forget();
  status.textContent = text("www_cancelled");
}

/** Shows nothing. */
function forget() {
  now.turn += 1;
  for (const one of [progress, problems, list, diagnosis, share]) one.hidden = true;
  void owner.show(undefined);
  status.textContent = "";
  document.documentElement.dataset.read = "";
}

/**
 * Waits for what was understood, and shows it unless something else was given meanwhile.
 * @param {Promise<object>} reading
 */
async function read(reading) {
  const turn = ++now.turn;
  let summary;
  try {
    summary = await reading;
  } catch (error) {
    if (error === null || turn !== now.turn) return;
    forget();
    status.textContent = text("www_failed", args({ detail: error.message }));
    return;
  }
  if (turn !== now.turn) return;
  progress.hidden = true;
  status.textContent = understood(summary);
  tellProblems(summary.problems);
  const many = summary.total > 1;
  list.hidden = !many;
  diagnosis.hidden = share.hidden = summary.total === 0;
  if (summary.total === 0) await owner.show(undefined);
  part("share-made").hidden = true;
  if (many) await failures.begin(summary);
  if (summary.total > 0) await show(summary.first, false);
  document.documentElement.dataset.read = String(turn);
}

/** What was understood, in a sentence or two. */
function understood({ exchanges, status: code, host, total, unlisted, problems: broken }) {
  if (exchanges === 0) return text("www_nothing_read");
  const first = args({ count: exchanges, status: code ?? "", host: host || text("www_unknown_host") });
  const read = exchanges === 1 && code ? text("www_read_single", first) : text("www_read", first);
  if (total === 0) return `${read} ${text(broken.length > 0 ? "www_nothing_found_partly" : "www_nothing_found")}`;
  const found = total > 1 ? ` ${text("www_found", args({ count: total }))}` : "";
  return read + found + (unlisted > 0 ? ` ${text("www_unlisted", args({ count: unlisted }))}` : "");
}

/** The places that could not be read. */
function tellProblems(places) {
  problems.hidden = places.length === 0;
  const items = places.slice(0, PROBLEMS_SHOWN).map(({ line, column, expected, found }) => {
    const where = text("www_problem_at", args({ count: line, other: String(column) }));
    return el("li", { "data-problem": `${line}:${column}` }, el("strong", {}, where), " ",
      text("www_problem", args({ name: expected, detail: found })));
  });
  const rest = places.length - PROBLEMS_SHOWN;
  problems.replaceChildren(...items, ...(rest > 0 ? [el("li", {}, text("www_problems_more", args({ count: rest })))] : []));
}

/**
 * Shows the diagnosis of a row.
 * @param {number} row
 * @param {boolean} chosen by the person, who then wants to see it
 */
async function show(row, chosen) {
  const turn = now.turn;
  const view = await worker.ask("view", { row, theSite: text("www_the_site") });
  if (turn !== now.turn || !view) return;
  now.row = row;
  part("share-made").hidden = true;
  render(diagnosis, view, { sunk: true });
  diagnosis.hidden = false;
  failures.mark(row);
  await owner.show(row);
  if (!chosen) return;
  diagnosis.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
  diagnosis.scrollIntoView({ block: "start" });
}

/** The one thing that can be pressed in a diagnosis: the report, to be copied. */
async function onDiagnosisClick(event) {
  const button = event.target.closest("button");
  if (!button || !("ask" in button.dataset || "copyReport" in button.dataset)) return;
  const report = diagnosis.querySelector("[data-report]");
  report.closest("details").open = true;
  await copy(report, said => button.after(said));
}

/** Copies an element's text, or selects it where that is not allowed, and says which. */
async function copy(element, place) {
  let key = "message_copied";
  try {
    await navigator.clipboard.writeText(element.textContent);
  } catch {
    getSelection().selectAllChildren(element);
    key = "message_copy_failed";
  }
  document.querySelector("[data-told]")?.remove();
  place(el("span", { "data-told": true, role: "status" }, ` ${text(key)}`));
}

/** Shows what a link would carry, and the link. */
async function makeLink() {
  const shared = await worker.ask("shared", { row: now.row });
  part("share-text").textContent = shared;
  part("share-link").href = await link(shared);
  part("share-told").textContent = "";
  part("share-made").hidden = false;
  part("share-text").focus();
}

/** Copies the link. */
async function copyLink() {
  try {
    await navigator.clipboard.writeText(part("share-link").href);
    part("share-told").textContent = text("www_share_copied");
  } catch {
    getSelection().selectAllChildren(part("share-link"));
    part("share-told").textContent = text("www_share_by_hand");
  }
}

start();
