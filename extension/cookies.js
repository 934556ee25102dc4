// Cookies listed, removed one by one, and put back with every attribute. Values live in the undo snapshot alone.

import { jarCookieOf } from "./normalise.js";

const { session } = browser.storage;
const snapshotKey = (tabId) => `undo:${tabId}`;

/** All cookies of a domain and the hosts below it, in all partitions of one store. */
function all(domain, store) {
  return browser.cookies.getAll({ domain, partitionKey: {}, ...(store && { storeId: store }) });
}

/** Names and attributes of a domain's cookies. */
export async function list(domain, store) {
  return (await all(domain, store)).map(jarCookieOf);
}

const bare = (domain) => domain.replace(/^\./, "");
const identity = (cookie) =>
  JSON.stringify([cookie.name, bare(cookie.domain), cookie.path, cookie.hostOnly, cookie.partition ?? cookie.partitionKey?.topLevelSite ?? null]);

/** An address that reaches exactly this cookie: built from its own domain and path, never from the page's. */
const addressOf = (cookie) => `${cookie.secure ? "https" : "http"}://${bare(cookie.domain)}${cookie.path}`;

/** The cookies of `domain`s among which the targets are, with their values. */
async function around(targets, store) {
  const domains = [...new Set(targets.map((target) => target.domain))];
  const found = (await Promise.all(domains.map((domain) => all(domain, store)))).flat();
  return new Map(found.map((cookie) => [identity(cookie), cookie]));
}

/**
 * Takes a snapshot, then removes exactly these cookies.
 * @returns {Promise<{removed: number, left: string[]}>} how many are gone, and the names that the browser kept
 */
export async function remove(tabId, targets, store, expires) {
  const before = await around(targets, store);
  const wanted = new Set(targets.map(identity));
  const doomed = [...before].filter(([id]) => wanted.has(id)).map(([, cookie]) => cookie);
  await keep(tabId, doomed, expires);
  await asOurs([...before.keys()], async () => {
    for (const { name, storeId, partitionKey, ...cookie } of doomed) {
      await browser.cookies.remove({ url: addressOf(cookie), name, storeId, ...(partitionKey && { partitionKey }) });
    }
  });
  const after = await around(targets, store);
  // Chromium removes all cookies of that name which reach the address: what was not meant comes back.
  const bystanders = [...before].filter(([id]) => !wanted.has(id) && !after.has(id)).map(([, cookie]) => cookie);
  await Promise.all(bystanders.map(put));
  const left = targets.filter((target) => after.has(identity(target))).map((target) => target.name);
  return { removed: targets.length - left.length, left };
}

/** Adds cookies to the tab's snapshot; one that is there already stays as it was first. */
async function keep(tabId, cookies, expires) {
  const key = snapshotKey(tabId);
  const { [key]: known } = await session.get(key);
  const kept = new Map((known?.cookies ?? []).map((cookie) => [identity(cookie), cookie]));
  for (const cookie of cookies) if (!kept.has(identity(cookie))) kept.set(identity(cookie), cookie);
  await session.set({ [key]: { ...known, expires, cookies: [...kept.values()] } });
}

/** Adds keys of a page's storage, with their values, to the tab's snapshot; one that is there already stays as it was first. */
export async function keepStored(tabId, stored, expires) {
  const key = snapshotKey(tabId);
  const { [key]: known } = await session.get(key);
  const before = known?.stored ?? [];
  const isNew = (one) => before.every((old) => old.origin !== one.origin || old.name !== one.name || old.ofTab !== one.ofTab);
  await session.set({ [key]: { ...known, expires, stored: [...before, ...stored.filter(isNew)] } });
}

/** The keys of a page's storage in the tab's snapshot. */
export async function storedOf(tabId) {
  const { [snapshotKey(tabId)]: snapshot } = await session.get(snapshotKey(tabId));
  return snapshot?.stored ?? [];
}

/** Cookies that this extension is removing itself, by identity. */
const ours = new Set();

/** Whether a cookie was removed by this extension: then it is no news. */
export const isOurs = (cookie) => ours.has("all") || ours.has(identity(cookie));

/** Remembers for a moment what is being removed: the browser tells of it a little later. */
async function asOurs(names, act) {
  for (const name of names) ours.add(name);
  try {
    return await act();
  } finally {
    setTimeout(() => names.forEach((name) => ours.delete(name)), 1000);
  }
}

/** Puts the snapshot's cookies back. */
export async function restore(tabId) {
  const key = snapshotKey(tabId);
  const { [key]: snapshot } = await session.get(key);
  const cookies = snapshot?.cookies ?? [];
  const refused = [];
  for (const cookie of cookies) {
    try {
      await put(cookie);
    } catch {
      refused.push(cookie.name);
    }
  }
  await session.remove(key);
  return { restored: cookies.length - refused.length, refused };
}

/** Drops the tab's snapshot. */
export function drop(tabId) {
  return session.remove(snapshotKey(tabId));
}

/** Drops the snapshots whose time has come while the worker slept. */
export async function dropExpired(stored) {
  const expired = Object.keys(stored).filter((key) => key.startsWith("undo:") && stored[key].expires <= Date.now());
  if (expired.length > 0) await session.remove(expired);
}

/** Sets a cookie as `getAll` gave it. */
function put(cookie) {
  const { name, value, path, secure, httpOnly, sameSite, storeId, partitionKey } = cookie;
  return browser.cookies.set({
    url: addressOf(cookie),
    name,
    value,
    path,
    secure,
    httpOnly,
    sameSite,
    storeId,
    ...(!cookie.hostOnly && { domain: cookie.domain }),
    ...(!cookie.session && { expirationDate: cookie.expirationDate }),
    ...(partitionKey && { partitionKey }),
  });
}

const loginKey = (tabId) => `login:${tabId}`;

/**
 * Makes Chromium forget the name and password for an origin. Its only way is to remove the site's cookies through
 * `browsingData`, which clears that site's HTTP credentials too; the cookies are put back at once, and also after a stop.
 */
export async function forgetLogin(tabId, origin, domain, store) {
  const { incognito } = await browser.tabs.get(tabId);
  // `browsingData` works on the regular profile only, even for a private tab.
  if (incognito || !browser.browsingData) return false;
  const key = loginKey(tabId);
  await session.set({ [key]: await all(domain, store) });
  try {
    await asOurs(["all"], () => browser.browsingData.remove({ origins: [origin] }, { cookies: true }));
  } finally {
    await putBack(key);
  }
  return true;
}

/** Puts back what a stop of the worker interrupted. */
export async function recover(stored) {
  await Promise.all(Object.keys(stored).filter((key) => key.startsWith("login:")).map(putBack));
}

async function putBack(key) {
  const { [key]: cookies } = await session.get(key);
  await Promise.allSettled((cookies ?? []).map(put));
  await session.remove(key);
}
