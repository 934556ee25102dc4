// Counts failing answers by hour, status and site for the owner's part: only while its switch is on, and never in private
// windows. No address is kept for good.

const { storage, tabs } = browser;

/** Longest name of a site that is counted. */
const SITE_MAX = 100;
/** How much the counts may take, in bytes, and of how many sites they may be; over that the oldest quarter goes. */
const BYTES_MAX = 60_000;
const SITES_MAX = 100;
/** How long they are kept, in hours. */
const HOURS_MAX = 30 * 24;

/** The newest row of each tab's time line when it was last looked at: most views bring none that is newer. */
const seen = new Map();
/** Work under way: counts are read and written one after another. */
let last = Promise.resolve();

/**
 * Counts what is new in the time line of a view.
 * @param {object} view as the core writes it
 */
export function noteFailures(view) {
  const [newest] = view.timeline;
  const mark = newest && `${newest.time} ${newest.url}`;
  if (!mark || seen.get(view.tab) === mark) return;
  seen.set(view.tab, mark);
  last = last.then(() => count(view)).catch((error) => console.error("Readmit: could not count:", error.message));
}

/**
 * A tab is gone, and what was counted of it need not be known any more.
 * @param {number} tab
 */
export function forgetFailures(tab) {
  seen.delete(tab);
  last = last.then(() => storage.session.remove(`counted:${tab}`));
  return last;
}

/** Adds the rows that were not counted before. */
async function count({ tab, site, timeline }) {
  const { owner, history = {} } = await storage.local.get(["owner", "history"]);
  if (!owner || !site || site.length > SITE_MAX) return;
  const its = await tabs.get(tab).catch(() => undefined);
  if (!its || its.incognito) return;
  const key = `counted:${tab}`;
  const { [key]: counted = [] } = await storage.session.get(key);
  const rows = timeline.map((row) => ({ ...row, name: `${row.time} ${row.url}` }));
  for (const { name, time, status, url } of rows) {
    if (counted.includes(name) || !isOf(site, url)) continue;
    const bucket = `${Math.floor(time / 3_600_000)} ${status ?? 0} ${site}`;
    history[bucket] = (history[bucket] ?? 0) + 1;
  }
  await storage.session.set({ [key]: rows.map(({ name }) => name) });
  await storage.local.set({ history: bounded(history) });
}

/** Whether an address belongs to a site. */
function isOf(site, url) {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === site || host.endsWith(`.${site}`);
}

/** The counts, without those that are too old, and without the oldest ones where they are too many. */
function bounded(history) {
  const hour = ([key]) => parseInt(key, 10);
  const oldest = Date.now() / 3_600_000 - HOURS_MAX;
  let entries = Object.entries(history).filter((entry) => hour(entry) >= oldest).sort((one, other) => hour(one) - hour(other));
  const tooMany = () => JSON.stringify(entries).length > BYTES_MAX || new Set(entries.map(([key]) => key.split(" ")[2])).size > SITES_MAX;
  while (tooMany()) entries = entries.slice(Math.ceil(entries.length / 4));
  return Object.fromEntries(entries);
}
