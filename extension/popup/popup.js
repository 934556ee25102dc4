// The popup: draws what the background has stored for this tab, and hands the person's choices to it.

import { announcement, render, tick } from "../render.js";
import { fill, text } from "../text.js";

const main = document.querySelector("main");
const announcer = document.querySelector("[role=status]");
const owner = document.querySelector("aside");
const ownerSwitch = owner.querySelector("[data-owner-switch]");

/** Where it is remembered that the owner's part is wanted. */
const OWNER_KEY = "owner";

/** Milliseconds after which work that stands still may have been left undone by a background that was stopped. */
const STANDS_STILL = 3000;

/** What is drawn: the tab, its stored view, and whether sites may be seen. */
const shown = { tab: undefined, view: undefined, granted: true, browserPage: false, pressed: false, waits: false, ownerUpdate: undefined, wake: undefined };

/** Reads once, draws, and follows the changes. */
async function start() {
  fill(document);
  const tab = await whichTab();
  shown.tab = tab.id;
  shown.browserPage = tab.browserPage;
  browser.storage.session.onChanged.addListener(onChanged);
  const stored = await browser.storage.session.get([viewKey(), "access"]);
  take(stored[viewKey()], stored.access);
  draw();
  main.addEventListener("click", onClick);
  ownerSwitch.addEventListener("change", () => void switchOwner(ownerSwitch.checked));
  // A button that is drawn anew while it is pressed would miss its click.
  main.addEventListener("pointerdown", () => (shown.pressed = true));
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(release));
  setInterval(() => tick(main), 1000);
  const { [OWNER_KEY]: wanted } = await browser.storage.local.get(OWNER_KEY);
  if (wanted) await showOwner();
}

/** The switch of the owner's part was used. */
async function switchOwner(on) {
  if (on) {
    await browser.storage.local.set({ [OWNER_KEY]: true });
    return showOwner();
  }
  await browser.storage.local.remove(OWNER_KEY);
  shown.ownerUpdate = undefined;
  const place = owner.querySelector("[data-owner]");
  place.replaceWith(place.cloneNode(false));
}

/** Loads and shows the owner's part: nothing of it costs anything before. */
async function showOwner() {
  ownerSwitch.checked = true;
  const place = owner.querySelector("[data-owner]");
  place.textContent = text("owner_ui_loading");
  try {
    const { open } = await import("../owner/owner.js");
    const update = await open(place, shown.tab, say);
    // The switch may have been turned off meanwhile.
    if (!place.isConnected) return;
    shown.ownerUpdate = update;
    await update(shown.view);
  } catch (error) {
    console.error("expected the owner's part to be shown, but it failed:", error?.message);
    place.textContent = text("owner_ui_failed");
  }
}

/** The tab of the address (`?tab=7`), or the active one. */
async function whichTab() {
  const asked = new URLSearchParams(location.search).get("tab");
  if (asked !== null) return { id: Number(asked), browserPage: false };
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  // The address is visible for web sites only, once sites may be seen.
  return { id: tab?.id ?? -1, browserPage: !/^https?:/.test(tab?.url ?? "") };
}

/** The storage key of this tab's view. */
function viewKey() {
  return `view:${shown.tab}`;
}

/** Takes what the storage holds. */
function take(view, access) {
  shown.view = view;
  shown.granted = access?.granted ?? true;
}

/** The storage changed while the popup is open. */
function onChanged(changes) {
  if (!changes[viewKey()] && !changes.access) return;
  // Firefox tells of a view that is stored again as it was; a drawing would take the button from under a finger.
  if (!changes.access && JSON.stringify(changes[viewKey()].newValue) === JSON.stringify(shown.view)) return;
  if (changes[viewKey()]) shown.view = changes[viewKey()].newValue;
  if (changes.access) shown.granted = changes.access.newValue?.granted ?? true;
  draw();
}

/** The press is over, and its click has been dealt with: what changed meanwhile is drawn. */
function release() {
  shown.pressed = false;
  if (shown.waits) draw();
}

/** Draws, and announces what is going on. */
function draw() {
  shown.waits = shown.pressed;
  if (shown.waits) return;
  const view = shown.view ?? { tab: shown.tab, site: "", host: "", state: "clear", observed: false, findings: [], timeline: [], report: "" };
  const hidden = !shown.granted && view.state === "clear";
  render(main, hidden ? { ...view, state: "no-access" } : view, { browserPage: shown.browserPage && !shown.view });
  say(announcement(view));
  clearTimeout(shown.wake);
  if (view.state === "working") shown.wake = setTimeout(wake, STANDS_STILL);
  owner.hidden = false;
  shown.ownerUpdate?.(shown.view);
}

/** Wakes the background: one that wakes goes on with what the last one left undone. */
function wake() {
  browser.runtime.sendMessage({ kind: "wake" }).catch((error) => console.error("expected the background to wake, but it failed:", error?.message));
}

/** Says a sentence to those who listen; the same one only once. */
function say(sentence) {
  if (announcer.textContent !== sentence) announcer.textContent = sentence;
}

/** A button was pressed. What asks the browser for something must do so before the first `await`. */
function onClick(event) {
  const button = event.target.closest("button");
  if (!button || button.disabled || button.hasAttribute("aria-busy")) return;
  const { remedy, permission } = button.dataset;
  if (remedy === "ask-owner" || remedy === "ask-it" || "ask" in button.dataset || "copyReport" in button.dataset) return copyReport();
  if (remedy && permission) return send(button, { kind: "apply", tab: shown.tab, remedy }, browser.permissions.request({ permissions: [permission] }));
  if (remedy) return send(button, { kind: "apply", tab: shown.tab, remedy });
  if ("check" in button.dataset) return send(button, { kind: "check", tab: shown.tab });
  if ("undo" in button.dataset) return send(button, { kind: "undo", tab: shown.tab });
  if ("reload" in button.dataset) return reload(button);
  if ("grant" in button.dataset) return openWelcome();
}

/**
 * Sends a choice to the background, which answers by storing a new view.
 * @param {HTMLButtonElement} button
 * @param {object} message
 * @param {Promise<boolean>} [permission] the browser's answer, where one is needed first
 */
async function send(button, message, permission) {
  button.setAttribute("aria-busy", "true");
  try {
    if (permission && !await permission) return tell(text("message_browser_refused"));
    await browser.runtime.sendMessage(message);
  } catch (error) {
    console.error("expected the background to take the choice, but it failed:", error?.message);
    tell(text("message_failed"));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Opens the report and copies it. */
async function copyReport() {
  const report = main.querySelector("[data-report]");
  if (!report) return;
  report.closest("details").open = true;
  try {
    await navigator.clipboard.writeText(report.textContent);
    tell(text("message_copied"), report);
  } catch {
    getSelection().selectAllChildren(report);
    tell(text("message_copy_failed"), report);
  }
}

/** Loads the tab again, so that it can be watched. */
async function reload(button) {
  button.setAttribute("aria-busy", "true");
  try {
    await browser.tabs.reload(shown.tab);
  } catch {
    button.removeAttribute("aria-busy");
    tell(text("message_failed"));
  }
}

/** Opens the page on which sites can be allowed: a prompt of the browser can hide below a popup. */
async function openWelcome() {
  await browser.tabs.create({ url: browser.runtime.getURL("welcome/welcome.html") });
  close();
}

/**
 * Shows a sentence of the popup's own until the next drawing.
 * @param {string} sentence
 * @param {Element} [near] shown before this element; otherwise below the title
 */
function tell(sentence, near) {
  main.querySelector("[data-told]")?.remove();
  const line = document.createElement("p");
  line.className = "status";
  line.dataset.told = "";
  line.textContent = sentence;
  if (near) near.before(line);
  else (main.querySelector(".sure") ?? main.querySelector(".why")).after(line);
  line.scrollIntoView({ block: "nearest" });
  say(sentence);
}

start();
