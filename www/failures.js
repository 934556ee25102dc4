// All failing exchanges of a recording: counts, a time line, and a table that can be filtered and put in order.

import { args, language, text } from "./text.js";
import { picture } from "./timeline.js";

/** How many rows are added at a time: more would hold the page up. */
const ROWS = 100;

/** How many hosts and causes are counted in words; the choices below have all. */
const COUNTED = 8;

/** The columns: what they are put in order by, and the key of their heading. */
const COLUMNS = [
  ["entry", "www_column_entry"],
  ["time", "www_column_time"],
  ["status", "www_column_status"],
  ["host", "www_column_host"],
  ["request", "www_column_request"],
  ["cause", "www_column_cause"],
];

/**
 * An element.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** The list of failures of one recording after the other. */
export class Failures {
  #root;
  #rowsOf;
  #show;
  #choice;
  #turn = 0;
  #marked = -1;
  #parts = {};

  /**
   * @param {HTMLElement} root the element to fill
   * @param {(choice: object) => Promise<{ total: number, rows: object[] }>} rowsOf asks for the rows of a choice
   * @param {(row: number, chosen: boolean) => void} show shows a row's diagnosis
   */
  constructor(root, rowsOf, show) {
    this.#root = root;
    this.#rowsOf = rowsOf;
    this.#show = show;
  }

  /** Draws the failures of a recording that was just read. */
  async begin(summary) {
    this.#choice = { words: "", host: null, cause: null, by: "entry", down: false };
    this.#parts = {
      words: el("input", { type: "search", id: "words", autocomplete: "off", spellcheck: "false" }),
      host: chooser("host", text("www_all_hosts"), summary.hosts, name => name || text("www_unknown_host")),
      cause: chooser("cause", text("www_all_causes"), summary.causes, cause),
      count: el("p", { class: "count", role: "status" }),
      body: el("tbody", {}),
      more: el("button", { type: "button", id: "more" }),
    };
    const { words, host, cause: causes, count, body, more } = this.#parts;
    words.addEventListener("input", () => this.#choose({ words: words.value }));
    host.addEventListener("change", () => this.#choose({ host: chosen(host) }));
    causes.addEventListener("change", () => this.#choose({ cause: chosen(causes) }));
    more.addEventListener("click", () => void this.#add());
    body.addEventListener("click", event => this.#onClick(event));
    this.#root.replaceChildren(
      el("h2", {}, text("www_failures_heading")),
      el("div", { class: "counts" },
        counted(text("www_by_cause"), summary.causes, cause),
        counted(text("www_by_host"), summary.hosts, name => name || text("www_unknown_host"))),
      ...[summary.time && picture(summary.time)].filter(Boolean),
      el("div", { class: "filters" },
        el("label", {}, el("span", {}, text("www_filter_words")), words),
        el("label", {}, el("span", {}, text("www_filter_host")), host),
        el("label", {}, el("span", {}, text("www_filter_cause")), causes)),
      count,
      el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": text("www_failures_heading") },
        el("table", {}, el("thead", {}, el("tr", {}, ...COLUMNS.map(([by, key]) => this.#heading(by, text(key))))), body)),
      more);
    await this.#redraw();
  }

  /** Marks the row whose diagnosis is shown. */
  mark(row) {
    this.#marked = row;
    for (const tr of this.#parts.body?.rows ?? []) tr.toggleAttribute("data-shown", Number(tr.dataset.row) === row);
  }

  /** A heading that puts the rows in order. */
  #heading(by, name) {
    const button = el("button", { type: "button", "data-by": by }, name);
    button.addEventListener("click", () => this.#choose({ by, down: this.#choice.by === by && !this.#choice.down }));
    return el("th", { scope: "col", "data-column": by }, button);
  }

  #choose(change) {
    Object.assign(this.#choice, change);
    void this.#redraw();
  }

  /** The first rows of the choice, in the place of those before. */
  async #redraw() {
    const turn = ++this.#turn;
    const found = await this.#rowsOf({ ...this.#choice, from: 0, count: ROWS });
    if (turn !== this.#turn) return;
    for (const th of this.#root.querySelectorAll("th")) {
      const isOrder = th.dataset.column === this.#choice.by;
      th.setAttribute("aria-sort", isOrder ? (this.#choice.down ? "descending" : "ascending") : "none");
    }
    this.#parts.body.replaceChildren();
    this.#fill(found);
  }

  /** The next rows. */
  async #add() {
    const turn = ++this.#turn;
    const from = this.#parts.body.rows.length;
    const found = await this.#rowsOf({ ...this.#choice, from, count: ROWS });
    if (turn === this.#turn) this.#fill(found);
  }

  #fill({ total, rows }) {
    const { body, count, more } = this.#parts;
    body.append(...rows.map(row => this.#row(row)));
    const rest = total - body.rows.length;
    count.textContent = total === 0 ? text("www_no_rows") : text("www_rows", args({ count: total }));
    more.hidden = rest <= 0;
    more.textContent = text("www_more", args({ count: Math.min(rest, ROWS) }));
  }

  #row(row) {
    const address = row.url && URL.canParse(row.url) ? new URL(row.url) : null;
    const path = address ? row.url.slice(address.origin.length) : row.url ?? "";
    return el("tr", { "data-row": row.row, "data-cause": row.finding ?? "", "data-shown": row.row === this.#marked },
      el("td", { class: "number" }, String(row.entry)),
      el("td", { class: "number" }, row.time ? moment(row.time) : "–"),
      el("td", { class: "number" }, row.status ? String(row.status) : text("timeline_no_answer")),
      el("td", {}, el("bdi", {}, row.host ?? text("www_unknown_host"))),
      el("td", { class: "request", title: row.url }, el("bdi", {}, `${row.method} ${path}`),
        row.background && el("i", {}, " ", text("timeline_background"))),
      el("td", {}, el("button", { type: "button", "data-show": true }, cause(row.finding ?? ""))));
  }

  #onClick(event) {
    const row = event.target.closest("tr");
    if (row && getSelection().isCollapsed) this.#show(Number(row.dataset.row), true);
  }
}

/** Writes times for the table; made once, since that takes as long as many rows. */
let moments;

/** A day and a time to the second. */
function moment(millis) {
  moments ??= new Intl.DateTimeFormat(language(), { dateStyle: "short", timeStyle: "medium" });
  return moments.format(millis);
}

/** The title of a cause; one that is not known says so. */
function cause(id) {
  return (id && text(`finding_${id.replaceAll("-", "_")}_title`)) || text("www_no_cause");
}

/** A choice among names; the first option is all of them. */
function chooser(id, all, counts, nameOf) {
  const options = counts.map(([name, count]) => el("option", { value: `=${name}` }, `${nameOf(name)} (${count})`));
  return el("select", { id }, el("option", { value: "" }, all), ...options);
}

/** The name that is chosen; null for all. */
function chosen(select) {
  return select.value === "" ? null : select.value.slice(1);
}

/** The most frequent names with a bar each. */
function counted(heading, counts, nameOf) {
  const most = counts[0]?.[1] ?? 1;
  const items = counts.slice(0, COUNTED).map(([name, count]) => el("li", {},
    el("span", { class: "name" }, el("bdi", {}, nameOf(name))), " ",
    el("meter", { min: 0, max: most, value: count, "aria-hidden": true }), " ", el("b", {}, String(count))));
  const rest = counts.length - COUNTED;
  if (rest > 0) items.push(el("li", {}, text("www_more_names", args({ count: rest }))));
  return el("div", {}, el("h3", {}, heading), el("ul", { class: "plain" }, ...items));
}
