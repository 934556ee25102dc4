// The failing exchanges of a recording as a table needs them: counted, chosen, put in order. Runs beside the page.

/** Parts of the time line. */
const BINS = 60;

/**
 * How many there are of each host and cause, and when they happened.
 * @param {object[]} rows as the core lists them
 */
export function overview(rows) {
  return {
    total: rows.length,
    hosts: counts(rows, row => row.host ?? ""),
    causes: counts(rows, row => row.finding ?? ""),
    time: times(rows),
    first: rows.findIndex(row => row.finding) < 0 ? 0 : rows.findIndex(row => row.finding),
  };
}

/**
 * The rows of a choice, from one place on.
 * @param {object[]} rows
 * @param {{ words: string, host: string | null, cause: string | null, by: string, down: boolean, from: number, count: number }} choice
 */
export function select(rows, { words, host, cause, by, down, from, count }) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const has = row => {
    if (host !== null && (row.host ?? "") !== host) return false;
    if (cause !== null && (row.finding ?? "") !== cause) return false;
    const text = `${row.entry} ${row.method} ${row.url ?? ""} ${row.status ?? ""} ${row.finding ?? ""}`.toLowerCase();
    return wanted.every(word => text.includes(word));
  };
  const chosen = rows.filter(has);
  const value = VALUES[by] ?? VALUES.entry;
  chosen.sort((a, b) => (compare(value(a), value(b)) || a.entry - b.entry) * (down ? -1 : 1));
  return { total: chosen.length, rows: chosen.slice(from, from + count) };
}

/** What a column is put in order by. */
const VALUES = {
  entry: row => row.entry,
  time: row => row.time,
  status: row => row.status ?? 0,
  host: row => row.host ?? "",
  request: row => `${row.method} ${row.url ?? ""}`,
  cause: row => row.finding ?? "\uffff",
};

/** Numbers by size, texts by their letters. */
function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}

/** How often each name occurs, the most frequent first. */
function counts(rows, nameOf) {
  const found = new Map();
  for (const row of rows) found.set(nameOf(row), (found.get(nameOf(row)) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
}

/** How many failed in each part of the time, by class of the answer; null where the input tells no times. */
function times(rows) {
  let [from, to] = [Infinity, -Infinity];
  for (const { time } of rows) {
    if (!time) continue;
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  if (!(to > from)) return null;
  const bins = Array.from({ length: BINS }, () => ({ client: 0, server: 0, other: 0 }));
  for (const { time, status } of rows) {
    if (!time) continue;
    const bin = bins[Math.min(BINS - 1, Math.floor(((time - from) / (to - from)) * BINS))];
    if (status >= 500) bin.server += 1;
    else if (status >= 400) bin.client += 1;
    else bin.other += 1;
  }
  return { from, to, bins };
}
