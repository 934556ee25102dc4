// What is done inside the page that a tab shows: its storage read by names, keys removed and put back, its offline copy
// removed, an address asked for anew. Values leave the page for the undo snapshot alone.

import { keepStored, storedOf } from "./cookies.js";

/** Characters of storage, keys and values, that a snapshot of all of it may hold: session storage is small. */
const SNAPSHOT_MAX = 1_000_000;

/** Milliseconds within which a page of a tab of ours is there, or is taken for one that does not come. */
const LOADS_WITHIN = 10_000;

/** Runs a function in the page; undefined where nobody may (the browser's own error page). */
async function inside(tabId, func, ...args) {
  const [answer] = await browser.scripting.executeScript({ target: { tabId }, func, args });
  // Firefox hands over what a function threw, in its answer.
  if (answer?.error) throw new Error("a page's own script failed");
  return answer?.result;
}

/** Keys that look like a kept sign-in, a service worker, stored answers, and whether the site was asked for the page at all. */
export function read(tabId, origin) {
  return inside(tabId, async (origin) => {
    if (location.origin !== origin) return undefined;
    const number = (value) => (Number.isFinite(value) ? Math.trunc(value) : null);
    const timesOf = (text) => {
      const [, payload] = /eyJ[\w-]*\.(eyJ[\w-]+)\.[\w-]*/.exec(text) ?? [];
      if (payload) {
        try {
          const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
          return { exp: number(claims.exp), nbf: number(claims.nbf), iat: number(claims.iat) };
        } catch {
          return {};
        }
      }
      return null;
    };
    const stored = [];
    // A page can be without storage: a sandboxed one, or one whose storage the person has blocked.
    for (const [area, ofTab] of [["localStorage", false], ["sessionStorage", true]]) {
      try {
        for (const name of Object.keys(globalThis[area])) {
          const times = timesOf(globalThis[area].getItem(name) ?? "");
          if (times || /token|jwt|oidc|auth|session|credential/i.test(name)) stored.push({ name, ofTab, ...times });
        }
      } catch {
        break;
      }
    }
    const registrations = (await navigator.serviceWorker?.getRegistrations?.().catch(() => [])) ?? [];
    const names = (await globalThis.caches?.keys?.().catch(() => [])) ?? [];
    const [entry] = performance.getEntriesByType("navigation");
    return {
      url: location.href,
      begun: Math.floor(performance.timeOrigin),
      stored,
      worker: registrations.length > 0,
      caches: names.length > 0,
      // Firefox tells no time of the worker's start, but that nothing came over the network.
      offline: Boolean(navigator.serviceWorker?.controller) && (entry?.workerStart > 0 || entry?.transferSize === 0),
      status: entry?.responseStatus || null,
      asks: Boolean(document.querySelector("input[type=password]")),
    };
  }, origin);
}

/** Takes a snapshot of the keys, then removes exactly these. */
export async function removeStored(tabId, origin, keys, expires) {
  const values = await inside(tabId, (origin, keys) => {
    if (location.origin !== origin) return undefined;
    const area = (key) => (key.ofTab ? sessionStorage : localStorage);
    return keys.map(({ name, ofTab }) => ({ name, ofTab, value: area({ ofTab }).getItem(name) }));
  }, origin, keys);
  if (!values) return { removed: 0, left: [] };
  await keepStored(tabId, values.filter(({ value }) => value !== null).map((key) => ({ origin, ...key })), expires);
  const left = await inside(tabId, (origin, keys) => {
    const area = (key) => (key.ofTab ? sessionStorage : localStorage);
    if (location.origin === origin) for (const key of keys) area(key).removeItem(key.name);
    return location.origin === origin ? keys.filter((key) => area(key).getItem(key.name) !== null).map((key) => key.name) : undefined;
  }, origin, keys.map(({ name, ofTab }) => ({ name, ofTab })));
  // A page that went elsewhere in between has kept everything.
  const kept = left ?? keys.map((key) => key.name);
  return { removed: keys.length - kept.length, left: kept };
}

/** Puts the snapshot's keys back, where the tab shows a page of their origin. */
export async function restoreStored(tabId) {
  const stored = await storedOf(tabId);
  if (stored.length === 0) return { restored: 0, refused: [] };
  const done = await inside(tabId, (origin, stored) => {
    if (location.origin !== origin) return undefined;
    for (const key of stored) (key.ofTab ? sessionStorage : localStorage).setItem(key.name, key.value);
    return stored.length;
  }, stored[0].origin, stored).catch(() => undefined);
  return done ? { restored: done, refused: [] } : { restored: 0, refused: stored.map((key) => key.name) };
}

/** Removes the service workers and stored answers of the page's origin. */
export async function removeOfflineCopy(tabId, origin) {
  return Boolean(await inside(tabId, async (origin) => {
    if (location.origin !== origin) return false;
    const registrations = (await navigator.serviceWorker?.getRegistrations?.()) ?? [];
    await Promise.all(registrations.map((registration) => registration.unregister()));
    const names = (await globalThis.caches?.keys?.()) ?? [];
    await Promise.all(names.map((name) => caches.delete(name)));
    return true;
  }, origin));
}

/**
 * Asks for an address anew, past the cache, which then holds the new answer. Browsers keep a cache for each site that a tab
 * shows, so a page of the very origin has to ask: the shown one, or else a small one in a tab of its own for a moment.
 */
export async function askAnew(tabId, url) {
  const { origin } = new URL(url);
  if (await askInside(tabId, origin, url)) return true;
  const { windowId, cookieStoreId } = await browser.tabs.get(tabId);
  const beside = await opened({ url: `${origin}/robots.txt`, active: false, windowId, ...(cookieStoreId && { cookieStoreId }) });
  try {
    return await askInside(beside, origin, url);
  } finally {
    await browser.tabs.remove(beside);
  }
}

async function askInside(tabId, origin, url) {
  return Boolean(await inside(tabId, async (origin, url) => {
    if (location.origin !== origin) return false;
    const answer = await fetch(url, { cache: "reload", redirect: "manual", credentials: "include", signal: AbortSignal.timeout(8000) });
    // An answer that is not read to its end is not kept.
    await answer.arrayBuffer();
    return true;
  }, origin, url).catch(() => false));
}

/**
 * Opens a tab and waits until its page is there, or has failed to be, or takes too long.
 * What `tabs` tells of a new tab is of no use: its empty first page is complete too, and Firefox can tell no more than that.
 * @returns {Promise<number>} the tab's id
 */
async function opened(properties) {
  const { onDOMContentLoaded, onErrorOccurred } = browser.webNavigation;
  const there = new Set();
  let own, settle;
  const settled = new Promise((resolve) => (settle = resolve));
  const listener = ({ tabId, frameId, url }) => {
    if (frameId !== 0 || url === "about:blank") return;
    there.add(tabId);
    if (tabId === own) settle();
  };
  // Before the tab is made: a small page can be there before its id is known.
  for (const event of [onDOMContentLoaded, onErrorOccurred]) event.addListener(listener);
  try {
    own = (await browser.tabs.create(properties)).id;
    if (!there.has(own)) await Promise.race([settled, new Promise((late) => setTimeout(late, LOADS_WITHIN))]);
    return own;
  } finally {
    for (const event of [onDOMContentLoaded, onErrorOccurred]) event.removeListener(listener);
  }
}

/** Goes to an address by the page's own act, so that cookies for visits from the site itself go along. */
export async function goInside(tabId, url) {
  return Boolean(await inside(tabId, (origin, url) => {
    if (location.origin !== origin) return false;
    location.assign(url);
    return true;
  }, new URL(url).origin, url).catch(() => false));
}

/**
 * Removes all else that the browser keeps for the page's origin: storage, databases. What was in its storage goes into the
 * snapshot, if it is not too much; databases do not.
 * @returns {Promise<number | undefined>} how many keys of its storage are gone; undefined where nobody may
 */
export async function clearAll(tabId, origin, expires) {
  const values = await inside(tabId, (origin) => {
    const keys = (area, ofTab) => Object.keys(area).map((name) => ({ name, ofTab, value: area.getItem(name) }));
    return location.origin === origin ? [...keys(localStorage, false), ...keys(sessionStorage, true)] : undefined;
  }, origin);
  if (!values) return undefined;
  const size = values.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  if (size <= SNAPSHOT_MAX) await keepStored(tabId, values.map((key) => ({ origin, ...key })), expires);
  await inside(tabId, async (origin) => {
    if (location.origin !== origin) return;
    localStorage.clear();
    sessionStorage.clear();
    const databases = (await indexedDB.databases?.()) ?? [];
    await Promise.all(databases.map(({ name }) => new Promise((settle) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = settle;
    })));
  }, origin);
  return values.length;
}
