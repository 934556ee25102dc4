// The popup's owner part, loaded where its switch is on: takes what the background keeps of a tab to the owner's wasm,
// draws what that says, and does what its buttons ask for.

import init, { checked, har, history as historyOf, part as partOf, rows, servers } from "../owner.js";
import { IS_FIREFOX } from "../compat.js";
import { probe } from "../probe.js";
import { text } from "../text.js";
import { drawHistory } from "./chart.js";
import { drawPart, drawPreview, drawSaid, drawSnippet, line } from "./draw.js";

const { runtime, storage } = browser;

/** What was chosen and is remembered: the server whose snippets are shown. */
const SERVER_KEY = "owner-server";

/** What was loaded once. */
const loaded = { started: undefined, snippets: {}, servers: [] };

/**
 * Shows the owner's part of a tab.
 * @param {HTMLElement} place the element to fill
 * @param {number} tab
 * @param {(sentence: string) => void} say tells those who listen
 * @returns {Promise<(view: object | undefined) => Promise<void>>} to be called with each view that is stored
 */
export async function open(place, tab, say) {
  loaded.started ??= start();
  await loaded.started;
  const shown = { part: undefined, kept: undefined, hosts: undefined, view: undefined, drawn: undefined, history: false };
  const { incognito } = await browser.tabs.get(tab).catch(() => ({ incognito: false }));
  // Nothing is counted in private windows, and nothing told of what was counted elsewhere.
  if (!incognito) {
    storage.local.onChanged.addListener((changes) => changes.history && place.isConnected && showHistory(place, shown.view));
    shown.history = true;
  }
  place.addEventListener("click", (event) => onClick(event, place, shown, say));
  place.addEventListener("change", (event) => onChange(event, place, shown));
  return (view) => update(place, tab, shown, view);
}

/** Loads the wasm, the style and the snippets. */
async function start() {
  const [, , snippets] = await Promise.all([
    init({ module_or_path: runtime.getURL("owner_bg.wasm") }),
    addStyle(),
    fetch(runtime.getURL("owner/snippets.json")).then((answer) => answer.json()),
  ]);
  loaded.snippets = snippets;
  loaded.servers = servers();
}

/** Adds the style of this part; the popup without it has none of it. */
function addStyle() {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: runtime.getURL("owner/owner.css") });
  const done = new Promise((resolve) => (link.onload = link.onerror = resolve));
  document.head.append(link);
  return done;
}

/** Draws what is known by now, unless it is what is drawn already. */
async function update(place, tab, shown, view) {
  const stored = await storage.session.get([`tab:${tab}`, "hosts"]);
  shown.kept = stored[`tab:${tab}`];
  shown.hosts = stored.hosts;
  shown.view = view;
  const part = shown.kept && view ? partOf(shown.kept, stored.hosts, view, IS_FIREFOX, Date.now()) : undefined;
  // What is not there was written by another version; a tab of which nothing is known has no state at all.
  const stale = Boolean(!part && shown.kept && har(shown.kept) === undefined);
  // Times that run on are no reason to draw everything anew.
  const drawn = JSON.stringify([part && { ...part, passes: part.passes.map(({ id }) => id) }, stale]);
  if (drawn === shown.drawn) return;
  shown.drawn = drawn;
  const same = part?.url === shown.part?.url && part?.status === shown.part?.status;
  shown.part = part;
  if (stale) return place.replaceChildren(line(text("owner_ui_stale")));
  const { [SERVER_KEY]: chosen } = await storage.local.get(SERVER_KEY);
  // What the person asked for stays while it is about the same answer: a file that is looked at, the outcome of the check.
  const asked = ["[data-file]", "[data-answer]"].map((selector) => [selector, [...(place.querySelector(selector)?.childNodes ?? [])]]);
  const open = [...place.querySelectorAll("details")].map((fold) => [fold.dataset.part, fold.open]);
  place.replaceChildren(...drawPart(part, { ...loaded, chosen, exports: Boolean(view?.timeline?.length) }));
  for (const [name, is] of open) {
    const fold = place.querySelector(`details[data-part="${CSS.escape(name)}"]`);
    if (fold) fold.open = is;
  }
  for (const [selector, nodes] of asked) {
    if (same && nodes.length > 0) place.querySelector(selector)?.replaceChildren(...nodes);
  }
  if (shown.history) await showHistory(place, view);
}

/** Draws the history of the view's site, and drops what is too old of all. */
async function showHistory(place, view) {
  const { history = {} } = await storage.local.get("history");
  const entries = Object.entries(history);
  const site = view?.site ?? "";
  const { shown, kept } = historyOf(entries.map(([key]) => key), Uint32Array.from(entries, ([, count]) => count), site, Date.now());
  const fold = place.querySelector("details[data-owner-part=history]");
  const drawn = drawHistory(shown, site);
  drawn.open = fold?.open ?? Boolean(shown.spike);
  if (fold) fold.replaceWith(drawn);
  else place.append(drawn);
  if (kept.length < entries.length) await storage.local.set({ history: Object.fromEntries(kept.map((key) => [key, history[key]])) });
}

/** A button was pressed. */
function onClick(event, place, shown, say) {
  const button = event.target.closest("button");
  if (!button || button.disabled) return;
  const { command, copy, export: kind } = button.dataset;
  if (command) return choose(place, shown.part, command);
  if (copy) return copyText(button, place.querySelector(`pre[data-${copy}]`), say);
  if (kind) return preview(place, shown, kind);
  if ("save" in button.dataset) return save(place);
  if ("erase" in button.dataset) return storage.local.remove("history");
  if ("ask" in button.dataset) return ask(button, place, shown.part, say);
}

/** Another server was chosen. */
async function onChange(event, place, shown) {
  const select = event.target.closest("select[data-server]");
  if (!select) return;
  for (const element of place.querySelectorAll("[data-topic]")) {
    element.replaceChildren(...drawSnippet(element.dataset.topic, select.value, loaded));
  }
  // The answer's own name for its server goes before what is remembered, which is for answers that name none.
  if (!shown.part?.server) await storage.local.set({ [SERVER_KEY]: select.value });
}

/** Shows one of the commands. */
function choose(place, part, id) {
  for (const button of place.querySelectorAll("button[data-command]")) {
    button.setAttribute("aria-pressed", String(button.dataset.command === id));
  }
  place.querySelector("pre[data-commands]").textContent = part.commands.find((one) => one.id === id).text;
}

/** Copies what an element shows. */
async function copyText(button, shownText, say) {
  let sentence = text("owner_ui_copied");
  try {
    await navigator.clipboard.writeText(shownText.textContent);
  } catch {
    getSelection().selectAllChildren(shownText);
    sentence = text("owner_ui_copy_failed");
  }
  button.nextElementSibling.textContent = sentence;
  say(sentence);
}

/** Shows a file before it is saved. */
function preview(place, shown, kind) {
  const content = kind === "har" ? JSON.stringify(JSON.parse(har(shown.kept, shown.hosts)), null, 2) : rows(shown.kept, shown.view);
  place.querySelector("[data-file]").replaceChildren(...drawPreview(kind, content));
  place.querySelector("pre[data-preview]").focus();
}

/** Saves what the preview shows. */
function save(place) {
  const shownText = place.querySelector("pre[data-preview]");
  const kind = shownText.dataset.preview;
  const type = kind === "har" ? "application/json" : "application/x-ndjson";
  const url = URL.createObjectURL(new Blob([shownText.textContent], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = kind === "har" ? "readmit.har" : "readmit.jsonl";
  link.click();
  // The browser reads it when it begins to save.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Asks the failing address as a visitor of whom the site knows nothing. */
async function ask(button, place, part, say) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  const { status, redirected } = await probe(part.check);
  const said = drawSaid(checked(part.status ?? undefined, status ?? undefined, redirected));
  place.querySelector("[data-answer]").replaceChildren(said);
  say(said.textContent);
  button.disabled = false;
  button.removeAttribute("aria-busy");
}
