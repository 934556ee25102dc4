// The extension's ears and hands: hands events to the core, carries out its effects, decides nothing.

import init, { __wbg_reset_state, Core } from "./core.js";
import { IS_FIREFOX, allowCookies, cookieSettings, extraInfo, isAhead, isBlocked, siteOf } from "./compat.js";
import * as cookies from "./cookies.js";
import { forgetFailures, noteFailures } from "./history.js";
import { forgetInPage } from "./logins.js";
import * as page from "./page.js";
import { answerOf, cleanUrl, mayBeSignIn, requestOf, sentOf, signInRoute } from "./normalise.js";
import { probe } from "./probe.js";

const { action, cookies: browserCookies, permissions, runtime, storage, tabs, webNavigation, webRequest } = browser;
const WEB = ["http://*/*", "https://*/*"];
const QUEUE_MAX = 5000;
const CHAINS_MAX = 100;
const CHAIN_MAX = 60;

/** Events that wait for the core, oldest first. */
const queue = [];
/** Tabs whose background requests are looked at closely, with the listener that does it. */
const watched = new Map();
/** Addresses that service workers have asked their sites for, and when: what they answer with then is no old copy. */
const fetchedByWorkers = new Map();
/** Background requests that were turned away to what may be a sign-in page, by request id: their end is worth knowing. */
const turned = new Set();
/** Chains of pages within pages that have not ended, by request id. */
const chains = new Map();
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
const frames = { urls: WEB, types: ["sub_frame"] };
const background = { urls: WEB, types: ["xmlhttprequest"] };
const parts = { urls: WEB, types: ["sub_frame", "script", "xmlhttprequest"] };

const noteWorker = ({ tabId, url }) => {
  if (tabId >= 0) return;
  if (fetchedByWorkers.size >= CHAINS_MAX) fetchedByWorkers.clear();
  fetchedByWorkers.set(cleanUrl(url), Date.now());
};
const observe = (toEvent) => (details) => {
  if (details.tabId >= 0 && !isAhead(details)) enqueue(toEvent(details));
};
const sentEvent = (d) => ({ "request-sent": { request: requestOf(d), sent: sentOf(d.requestHeaders) } });
const headersEvent = (d) => ({ "headers-received": { request: requestOf(d), answer: answerOf(d) } });
const redirectEvent = (d) => ({
  redirected: { request: requestOf(d), status: d.statusCode, to: cleanUrl(d.redirectUrl) + signInRoute(d.redirectUrl), fromCache: Boolean(d.fromCache) },
});
const failedEvent = (d) => ({ failed: { request: requestOf(d), error: d.error } });
const sent = observe(sentEvent);
const completed = observe((d) => ({ completed: { request: requestOf(d), answer: answerOf(d) } }));

webRequest.onSendHeaders.addListener(sent, documents, extraInfo("OnSendHeadersOptions", "requestHeaders"));
webRequest.onHeadersReceived.addListener(
  observe(headersEvent),
  documents,
  extraInfo("OnHeadersReceivedOptions", "responseHeaders"),
);
webRequest.onAuthRequired.addListener(
  observe((d) => ({ "auth-required": { request: requestOf(d), isProxy: d.isProxy } })),
  documents,
);
webRequest.onBeforeRedirect.addListener(observe(redirectEvent), documents);
webRequest.onCompleted.addListener(
  (d) => {
    noteWorker(d);
    completed(d);
  },
  documents,
  ["responseHeaders"],
);
webRequest.onErrorOccurred.addListener(observe(failedEvent), documents);
webRequest.onCompleted.addListener(
  (d) => {
    noteWorker(d);
    if (d.statusCode >= 400 || watched.has(d.tabId) || turned.delete(d.requestId)) completed(d);
  },
  background,
  ["responseHeaders"],
);
// A page's own request that is turned away to a sign-in page: rare, so that this listener costs nothing.
webRequest.onBeforeRedirect.addListener((d) => {
  if (d.tabId < 0 || isAhead(d) || !mayBeSignIn(d.redirectUrl)) return;
  if (turned.size < CHAINS_MAX) turned.add(d.requestId);
  enqueue(redirectEvent(d));
}, background);
// A page within a page is handed over as a whole, and only when it fails: its chain tells what became of its cookies.
const framed = (toEvent) => (details) => {
  if (details.tabId < 0 || isAhead(details)) return;
  const events = chains.get(details.requestId) ?? [];
  if (chains.size < CHAINS_MAX) chains.set(details.requestId, events);
  if (events.length < CHAIN_MAX) events.push(toEvent(details));
};
webRequest.onSendHeaders.addListener(framed(sentEvent), frames, extraInfo("OnSendHeadersOptions", "requestHeaders"));
webRequest.onHeadersReceived.addListener(framed(headersEvent), frames, extraInfo("OnHeadersReceivedOptions", "responseHeaders"));
webRequest.onBeforeRedirect.addListener(framed(redirectEvent), frames);
webRequest.onCompleted.addListener(
  (d) => {
    const events = chains.get(d.requestId) ?? [];
    chains.delete(d.requestId);
    if (d.tabId < 0 || (d.statusCode < 400 && !watched.has(d.tabId))) return;
    for (const event of events) enqueue(event);
    completed(d);
  },
  frames,
  ["responseHeaders"],
);
webRequest.onErrorOccurred.addListener((d) => {
  chains.delete(d.requestId);
  turned.delete(d.requestId);
  if (d.tabId >= 0 && isBlocked(d.error)) enqueue(failedEvent(d));
}, parts);
browserCookies.onChanged.addListener(({ removed, cookie, cause }) => {
  if (!removed || (cause !== "explicit" && cause !== "evicted") || cookies.isOurs(cookie)) return;
  const { name, domain, storeId } = cookie;
  enqueue({ "cookie-gone": { cookie: { name, domain: domain.replace(/^\./, ""), store: IS_FIREFOX ? storeId : null, evicted: cause === "evicted" }, time: Date.now() } });
});
webNavigation.onCommitted.addListener((d) => {
  if (d.frameId !== 0 || d.tabId < 0 || isAhead(d)) return;
  const restored = Boolean(d.transitionQualifiers?.includes("forward_back"));
  enqueue({ committed: { tabId: d.tabId, url: cleanUrl(d.url), site: siteOf(d.url), restored, time: Math.floor(d.timeStamp) } });
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
  if (message.kind === "check") return enqueue({ check: { tabId: message.tab, time: Date.now() } });
  if (message.kind === "undo") return enqueue({ undo: { tabId: message.tab, time: Date.now() } });
  if (message.kind === "wake") return drained();
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
  core.step(JSON.stringify(await access()));
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
  return drained();
}

/** Deals with all that waits, and with what the last worker left undone. */
function drained() {
  draining ??= drain();
  return draining;
}

async function drain() {
  try {
    await ready;
    if (!core) return;
    do {
      const effects = [];
      while (queue.length > 0) {
        const event = queue.shift();
        effects.push(...(await ask(Object.keys(event)[0], () => core.step(JSON.stringify(event)))));
      }
      // What the last worker left undone, unless the event that woke this one is the outcome of just that.
      if (!resumed) effects.push(...core.resume());
      resumed = true;
      effects.push(...(await ask("changes", () => core.changes())));
      await carryOut(effects);
    } while (queue.length > 0);
  } finally {
    draining = null;
  }
}

/** A call of the core. A panic poisons the instance: a new one goes on from what was stored, without that event. */
async function ask(what, call) {
  try {
    return call();
  } catch (error) {
    console.error("Readmit: a step failed:", what, error.message);
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
      noteFailures(effect.view);
    } else if (effect.kind === "save-hosts") {
      kept.hosts = effect.hosts;
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
    await forgetFailures(tabId);
  },
  async "list-cookies"({ tabId, host, domain, store }) {
    enqueue({ "cookies-listed": { tabId, host, cookies: await cookies.list(domain, store), time: Date.now() } });
  },
  async "remove-cookies"({ tabId, cookies: targets, store, expires }) {
    const answer = await cookies.remove(tabId, targets, store, expires);
    enqueue({ removed: { tabId, ...answer, time: Date.now() } });
  },
  async "read-page"({ tabId, origin }) {
    const { url, ...found } = (await page.read(tabId, origin).catch(() => undefined)) ?? {};
    if (!url) return;
    // What a worker fetched before this page was asked for went into its store: only what it fetched for the page counts.
    found.offline &&= !(fetchedByWorkers.get(cleanUrl(url)) >= found.begun);
    enqueue({ "page-read": { tabId, origin, ...found, time: Date.now() } });
  },
  async "read-settings"({ tabId, url, top }) {
    enqueue({ "settings-read": { tabId, ...(await cookieSettings(url, top).catch(() => ({}))), time: Date.now() } });
  },
  async probe({ tabId, url }) {
    enqueue({ probed: { tabId, ...(await probe(url)), time: Date.now() } });
  },
  async "remove-stored"({ tabId, origin, keys, expires }) {
    const answer = await page.removeStored(tabId, origin, keys, expires).catch(() => ({ removed: 0, left: [] }));
    enqueue({ removed: { tabId, ...answer, time: Date.now() } });
  },
  async "remove-offline-copy"({ tabId, origin }) {
    const done = await page.removeOfflineCopy(tabId, origin).catch(() => false);
    enqueue({ acted: { tabId, done, time: Date.now() } });
  },
  async "forget-redirect"({ tabId, url }) {
    const done = await page.askAnew(tabId, url).catch(() => false);
    enqueue({ acted: { tabId, done, time: Date.now() } });
  },
  async "clear-site-data"({ tabId, origin, cookies: targets, store, expires }) {
    const answer = await cookies.remove(tabId, targets, store, expires);
    const offline = await page.removeOfflineCopy(tabId, origin).catch(() => false);
    const keys = await page.clearAll(tabId, origin, expires).catch(() => undefined);
    // An empty storage is cleared as well: the offline copy is gone, and with it a reason to load the page again.
    const done = keys === undefined ? 0 : Math.max(keys, Number(offline));
    enqueue({ removed: { tabId, removed: answer.removed + done, left: answer.left, time: Date.now() } });
  },
  async "allow-cookies"({ tabId, url, inside }) {
    const done = await allowCookies(url, inside).catch(() => false);
    enqueue({ acted: { tabId, done, time: Date.now() } });
  },
  async restore({ tabId }) {
    const stored = await page.restoreStored(tabId);
    const { restored, refused } = await cookies.restore(tabId);
    enqueue({ restored: { tabId, restored: restored + stored.restored, refused: [...refused, ...stored.refused], time: Date.now() } });
  },
  async "drop-snapshot"({ tabId }) {
    await cookies.drop(tabId);
  },
  async "forget-login"({ tabId, origin, domain, store }) {
    const forget = IS_FIREFOX ? forgetInPage(tabId, origin) : cookies.forgetLogin(tabId, origin, domain, store);
    const done = await forget.catch(() => false);
    enqueue({ acted: { tabId, done, time: Date.now() } });
  },
  async navigate({ tabId, url, travel, store }) {
    if (travel === "new-tab") await tabs.create({ url, ...(store ? { cookieStoreId: store } : { openerTabId: tabId }) });
    else if (travel === "inside" && (await page.goInside(tabId, url))) return;
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
