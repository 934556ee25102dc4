// The extension's ears and hands: hands events to the core, carries out its effects, decides nothing.

import init, { __wbg_reset_state, Core } from "./core.js";
import { IS_FIREFOX, extraInfo, isAhead, siteOf } from "./compat.js";
import * as cookies from "./cookies.js";
import { forgetInPage } from "./logins.js";
import { answerOf, cleanUrl, requestOf, sentOf } from "./normalise.js";

const { action, permissions, runtime, storage, tabs, webNavigation, webRequest } = browser;
const WEB = ["http://*/*", "https://*/*"];
const QUEUE_MAX = 5000;

/** Events that wait for the core, oldest first. */
const queue = [];
/** Tabs whose background requests are looked at closely, with the listener that does it. */
const watched = new Map();
let core;
let draining = null;
let resumed = false;
const ready = start().catch((error) => {
  console.error("Readmit could not start:", error.message);
  return action.setBadgeText({ text: "?" });
});

// Listeners stand in the first turn of the worker: a later one would miss the event that woke it.
// A document is watched at every step. Of all else only the outcome is, because each further listener costs every request.
const documents = { urls: WEB, types: ["main_frame"] };
const background = { urls: WEB, types: ["sub_frame", "xmlhttprequest"] };

const observe = (toEvent) => (details) => {
  if (details.tabId >= 0 && !isAhead(details)) enqueue(toEvent(details));
};
const sent = observe((d) => ({ "request-sent": { request: requestOf(d), sent: sentOf(d.requestHeaders) } }));
const completed = observe((d) => ({ completed: { request: requestOf(d), answer: answerOf(d) } }));

webRequest.onSendHeaders.addListener(sent, documents, extraInfo("OnSendHeadersOptions", "requestHeaders"));
webRequest.onHeadersReceived.addListener(
  observe((d) => ({ "headers-received": { request: requestOf(d), answer: answerOf(d) } })),
  documents,
  extraInfo("OnHeadersReceivedOptions", "responseHeaders"),
);
webRequest.onAuthRequired.addListener(
  observe((d) => ({ "auth-required": { request: requestOf(d), isProxy: d.isProxy } })),
  documents,
);
webRequest.onBeforeRedirect.addListener(
  observe((d) => ({
    redirected: {
      request: requestOf(d),
      status: d.statusCode,
      to: cleanUrl(d.redirectUrl),
      fromCache: Boolean(d.fromCache),
    },
  })),
  documents,
);
webRequest.onCompleted.addListener(completed, documents, ["responseHeaders"]);
webRequest.onErrorOccurred.addListener(
  observe((d) => ({ failed: { request: requestOf(d), error: d.error } })),
  documents,
);
webRequest.onCompleted.addListener(
  (d) => {
    if (d.statusCode >= 400 || watched.has(d.tabId)) completed(d);
  },
  background,
  ["responseHeaders"],
);
webNavigation.onCommitted.addListener((d) => {
  if (d.frameId !== 0 || d.tabId < 0 || isAhead(d)) return;
  enqueue({ committed: { tabId: d.tabId, url: cleanUrl(d.url), site: siteOf(d.url), time: Date.now() } });
});
// The browser's own error page, which is below an open sign-in prompt too in Chromium: it clears the badge, as any page does.
webNavigation.onErrorOccurred.addListener((d) => {
  if (d.frameId === 0 && d.tabId >= 0 && !isAhead(d)) enqueue({ "error-shown": { tabId: d.tabId } });
});
tabs.onRemoved.addListener((tabId) => enqueue({ "tab-closed": { tabId } }));
permissions.onAdded.addListener(tellAccess);
permissions.onRemoved.addListener(tellAccess);
runtime.onMessage.addListener((message, sender) => {
  // Only our own pages may choose: content of sites has no part in it.
  if (sender.id !== runtime.id || !sender.url?.startsWith(runtime.getURL(""))) return undefined;
  if (message.kind === "apply") {
    return enqueue({ apply: { tabId: message.tab, remedy: message.remedy, time: Date.now() } });
  }
  if (message.kind === "undo") return enqueue({ undo: { tabId: message.tab, time: Date.now() } });
  return undefined;
});
runtime.onInstalled.addListener(({ reason }) => {
  if (reason === "install") tabs.create({ url: runtime.getURL("welcome/welcome.html") });
});

/** Starts the core where the last one stopped. */
async function start() {
  const [stored] = await Promise.all([
    storage.session.get(null),
    init({ module_or_path: runtime.getURL("core_bg.wasm") }),
  ]);
  await cookies.dropExpired(stored);
  await cookies.recover(stored);
  wake(stored);
  core.step(await access());
}

function wake(stored) {
  const kept = Object.keys(stored).filter((key) => key.startsWith("tab:")).map((key) => stored[key]);
  core = new Core(IS_FIREFOX, kept, stored.hosts);
}

async function access() {
  const granted = await permissions.contains({ origins: ["*://*/*"] });
  await storage.session.set({ access: { granted } });
  return { access: { granted } };
}

async function tellAccess() {
  enqueue(await access());
}

/** Puts an event in line; the promise is kept when it and all before it have been dealt with. */
function enqueue(event) {
  if (queue.length >= QUEUE_MAX) queue.shift();
  queue.push(event);
  draining ??= drain();
  return draining;
}

async function drain() {
  try {
    await ready;
    while (core && queue.length > 0) {
      const effects = [];
      while (queue.length > 0) effects.push(...(await step(queue.shift())));
      // What the last worker left undone, unless the event that woke this one is the outcome of just that.
      if (!resumed) effects.push(...core.resume());
      resumed = true;
      await carryOut(effects);
    }
  } finally {
    draining = null;
  }
}

/** One step of the core. A panic poisons the instance: a new one goes on from what was stored, without that event. */
async function step(event) {
  try {
    return core.step(event);
  } catch (error) {
    console.error("Readmit: a step failed:", Object.keys(event)[0], error.message);
    if (!(error instanceof WebAssembly.RuntimeError)) return [];
    __wbg_reset_state();
    wake(await storage.session.get(null));
    return [];
  }
}

/** Carries out effects: first everything is kept, so that a stop of the worker loses nothing, then the rest in order. */
async function carryOut(effects) {
  const kept = {};
  for (const effect of effects) {
    if (effect.kind === "save") {
      kept[`view:${effect.tabId}`] = effect.view;
      kept[`tab:${effect.tabId}`] = effect.state;
    } else if (effect.kind === "save-hosts") {
      kept.hosts = effect.hosts;
    } else if (effect.kind === "forget") {
      delete kept[`view:${effect.tabId}`];
      delete kept[`tab:${effect.tabId}`];
    }
  }
  if (Object.keys(kept).length > 0) await storage.session.set(kept);
  for (const effect of effects) HANDS[effect.kind]?.(effect)?.catch?.((error) => gone(effect, error));
}

/** A tab can close while something is done for it: that is no error. Anything else is told, without values. */
function gone(effect, error) {
  if (!/tab/i.test(error.message)) console.error("Readmit: an effect failed:", effect.kind, error.message);
}

/** What each effect does; answers go back in line as events. */
const HANDS = {
  async "set-badge"({ tabId, text, wall }) {
    await action.setBadgeText({ tabId, text });
    if (text) await action.setBadgeBackgroundColor({ tabId, color: wall ? "#b3261e" : "#6750a4" });
  },
  async forget({ tabId }) {
    unwatch(tabId);
    await storage.session.remove([`view:${tabId}`, `tab:${tabId}`, `undo:${tabId}`]);
  },
  async "list-cookies"({ tabId, host, domain, store }) {
    enqueue({ "cookies-listed": { tabId, host, cookies: await cookies.list(domain, store), time: Date.now() } });
  },
  async "remove-cookies"({ tabId, cookies: targets, store, expires }) {
    const answer = await cookies.remove(tabId, targets, store, expires);
    enqueue({ "cookies-removed": { tabId, ...answer, time: Date.now() } });
  },
  async "restore-cookies"({ tabId }) {
    enqueue({ "cookies-restored": { tabId, ...(await cookies.restore(tabId)), time: Date.now() } });
  },
  async "drop-snapshot"({ tabId }) {
    await cookies.drop(tabId);
  },
  async "forget-login"({ tabId, origin, domain, store }) {
    const forget = IS_FIREFOX ? forgetInPage(tabId, origin) : cookies.forgetLogin(tabId, origin, domain, store);
    const done = await forget.catch(() => false);
    enqueue({ "login-forgotten": { tabId, done, time: Date.now() } });
  },
  async navigate({ tabId, url, travel }) {
    if (travel === "new-tab") await tabs.create({ url, openerTabId: tabId });
    else if (travel === "reload") await tabs.reload(tabId, { bypassCache: true });
    else await tabs.update(tabId, { url });
  },
  async "start-timer"({ tabId, timer, after }) {
    setTimeout(() => enqueue({ "timer-fired": { tabId, timer, time: Date.now() } }), after);
  },
  async watch({ tabId }) {
    if (watched.has(tabId)) return;
    const listener = (details) => sent(details);
    watched.set(tabId, listener);
    const requests = { ...background, tabId };
    webRequest.onSendHeaders.addListener(listener, requests, extraInfo("OnSendHeadersOptions", "requestHeaders"));
  },
};

function unwatch(tabId) {
  const listener = watched.get(tabId);
  if (listener) webRequest.onSendHeaders.removeListener(listener);
  watched.delete(tabId);
}
