// What is done inside the page that a tab shows: its storage read by names, keys removed and put back, its offline copy
// removed, an address asked for anew. Values leave the page for the undo snapshot alone.

import { keepStored, storedOf } from "./cookies.js";

/** Runs a function in the page, when it is of the origin; undefined where nobody may (the browser's own error page). */
async function inside(tabId, origin, func, ...args) {
  const [answer] = await browser.scripting.executeScript({ target: { tabId }, func, args: [origin, ...args] });
  return answer?.result;
}

/** Keys that look like a kept sign-in, a service worker, stored answers. */
export function read(tabId, origin) {
  return inside(tabId, origin, async (origin) => {
    if (location.origin !== origin) return undefined;
    const timesOf = (text) => {
      const [, payload] = /eyJ[\w-]*\.(eyJ[\w-]+)\.[\w-]*/.exec(text) ?? [];
      if (!payload) return null;
      try {
        const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
        const time = (name) => (Number.isFinite(claims[name]) ? Math.trunc(claims[name]) : null);
        return { exp: time("exp"), nbf: time("nbf"), iat: time("iat") };
      } catch {
        return {};
      }
    };
    const stored = [];
    for (const [area, ofTab] of [[localStorage, false], [sessionStorage, true]]) {
      for (const name of Object.keys(area)) {
        const times = timesOf(area.getItem(name) ?? "");
        if (times || /token|jwt|oidc|auth|session|credential/i.test(name)) stored.push({ name, ofTab, ...times });
      }
    }
    const registrations = (await navigator.serviceWorker?.getRegistrations?.().catch(() => [])) ?? [];
    const caches = (await globalThis.caches?.keys?.().catch(() => [])) ?? [];
    return { stored, worker: registrations.length > 0, caches: caches.length > 0 };
  });
}

/** Takes a snapshot of the keys, then removes exactly these. */
export async function removeStored(tabId, origin, keys, expires) {
  const values = await inside(tabId, origin, (origin, keys) => {
    if (location.origin !== origin) return undefined;
    const area = (key) => (key.ofTab ? sessionStorage : localStorage);
    return keys.map((key) => ({ ...key, value: area(key).getItem(key.name) })).filter((key) => key.value !== null);
  }, keys);
  if (!values) return { removed: 0, left: [] };
  await keepStored(tabId, values.map(({ name, ofTab, value }) => ({ origin, name, ofTab, value })), expires);
  const left = await inside(tabId, origin, (origin, keys) => {
    if (location.origin !== origin) return undefined;
    const area = (key) => (key.ofTab ? sessionStorage : localStorage);
    for (const key of keys) area(key).removeItem(key.name);
    return keys.filter((key) => area(key).getItem(key.name) !== null).map((key) => key.name);
  }, values);
  return { removed: values.length - (left ?? []).length, left: left ?? [] };
}

/** Puts the snapshot's keys back, where the tab shows a page of their origin. */
export async function restoreStored(tabId) {
  const stored = await storedOf(tabId);
  if (stored.length === 0) return { restored: 0, refused: [] };
  const done = await inside(tabId, stored[0].origin, (origin, stored) => {
    if (location.origin !== origin) return undefined;
    for (const key of stored) (key.ofTab ? sessionStorage : localStorage).setItem(key.name, key.value);
    return stored.length;
  }, stored).catch(() => undefined);
  return done === undefined ? { restored: 0, refused: stored.map((key) => key.name) } : { restored: done, refused: [] };
}

/** Removes the service workers and stored answers of the page's origin. */
export async function removeOfflineCopy(tabId, origin) {
  return Boolean(await inside(tabId, origin, async (origin) => {
    if (location.origin !== origin) return false;
    const registrations = (await navigator.serviceWorker?.getRegistrations?.()) ?? [];
    await Promise.all(registrations.map((registration) => registration.unregister()));
    const names = (await globalThis.caches?.keys?.()) ?? [];
    await Promise.all(names.map((name) => caches.delete(name)));
    return true;
  }));
}

/** Asks for an address anew from within the page, past the cache, which then holds the new answer. */
export async function askAnew(tabId, url) {
  return Boolean(await inside(tabId, new URL(url).origin, async (origin, url) => {
    await fetch(url, { cache: "reload", redirect: "manual", credentials: "include" });
    return true;
  }, url));
}

/** Goes to an address by the page's own act, so that cookies for visits from the site itself go along. */
export async function goInside(tabId, url) {
  return Boolean(await inside(tabId, new URL(url).origin, (origin, url) => {
    if (location.origin !== origin) return false;
    location.assign(url);
    return true;
  }, url).catch(() => false));
}

/** Removes all else that the browser keeps for the page's origin: storage, databases, the offline copy. */
export async function clearAll(tabId, origin) {
  return inside(tabId, origin, async (origin) => {
    if (location.origin !== origin) return false;
    localStorage.clear();
    sessionStorage.clear();
    const databases = (await indexedDB.databases?.()) ?? [];
    await Promise.all(databases.map(({ name }) => new Promise((settle) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = request.onblocked = settle;
    })));
    return true;
  });
}
