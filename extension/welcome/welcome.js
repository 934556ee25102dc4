// The welcome page: says what the extension does, lets the person allow it to see sites, and shows a harmless example.

import { render } from "../render.js";
import { args, fill, text } from "../text.js";

const SITES = { origins: ["*://*/*"] };

const accessLine = document.querySelector("[data-access]");
const grantButton = document.querySelector("button[data-grant]");
const example = document.querySelector(".example");

/** Fills the page and follows the permission, which can also be changed in the browser's own settings. */
function start() {
  fill(document);
  document.querySelector("[data-pin]").textContent = isFirefox() ? text("welcome_pin_firefox") : text("welcome_pin_chromium");
  grantButton.addEventListener("click", onGrant);
  document.querySelector("button[data-show]").addEventListener("click", showExample);
  example.querySelector(".view").addEventListener("click", onExampleClick);
  browser.permissions.onAdded.addListener(showAccess);
  browser.permissions.onRemoved.addListener(showAccess);
  showAccess();
}

/** Says whether sites may be seen. */
async function showAccess() {
  const granted = await browser.permissions.contains(SITES);
  document.documentElement.dataset.granted = String(granted);
  accessLine.textContent = granted ? text("welcome_access_granted") : text("welcome_access_missing");
  grantButton.hidden = granted;
}

/** Asks the browser; it must be asked before the first `await` of the click. */
async function onGrant() {
  const asked = browser.permissions.request(SITES);
  const granted = await asked.catch(() => false);
  await showAccess();
  if (!granted) accessLine.textContent = text("welcome_access_refused");
}

/** Whether this is Firefox, whose extension pages have an address scheme of their own. */
function isFirefox() {
  return location.protocol === "moz-extension:";
}

/** Draws the made-up wall. */
function showExample() {
  render(example.querySelector(".view"), exampleView());
  example.hidden = false;
  example.scrollIntoView({ block: "nearest" });
}

/** The buttons of the example only say that it is one. */
function onExampleClick(event) {
  if (event.target.closest("button")) example.querySelector(".pressed").textContent = text("welcome_example_pressed");
}

/** A made-up wall: an old sign-in that blocks every new one. */
function exampleView() {
  const host = "shop.example";
  const own = args({ host, status: 401, name: "session", count: 2 });
  const remedy = { primary: false, tried: false, cookies: [], notBefore: null, permission: null, args: own, touches: "nothing", act: "button" };
  return {
    schema: 1, tab: -1, site: host, host, state: "wall", observed: true, general: null, progress: null, undo: null, message: null, timeline: [], report: "",
    findings: [{
      id: "stale-session-loop", rank: 1, status: 401, confidence: "likely", url: `https://${host}/account`, who: "person", args: own,
      evidence: [
        { id: "cookie-unchanged", args: args({ name: "session", count: 4 }) },
        { id: "sign-in-sent", args: args({}) },
      ],
      remedies: [
        { ...remedy, id: "remove-cookies", primary: true, touches: "cookies", cookies: [{ name: "session", domain: host }, { name: "session_check", domain: host }] },
        { ...remedy, id: "start-over" },
        { ...remedy, id: "ask-owner" },
      ],
    }],
  };
}

start();
