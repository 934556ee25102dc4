// Draws the history of a site: two small pictures of bars, and the numbers behind them.

import { args, language, text } from "../text.js";
import { el, fold } from "../render.js";
import { drawSaid, line } from "./draw.js";

const SVG = "http://www.w3.org/2000/svg";
/** Width of a bar with its gap, and the height of a picture, in units of its view box. */
const STEP = 10;
const HEIGHT = 48;

/**
 * The fold with the history of a site.
 * @param {object} history as `src/owner/history.rs` gives it
 * @param {string} site
 * @returns {HTMLDetailsElement}
 */
export function drawHistory(history, site) {
  const heading = text("owner_ui_history_heading");
  const about = el("p", { class: "preview" }, text("owner_ui_history_about"));
  const content = history.total === 0
    ? [line(text("owner_ui_history_none", args({ host: site || "…" }))), about]
    : [
        history.spike && drawSaid(history.spike),
        ...picture(history.hours, text("owner_ui_history_hours", counted(history.hours)), hour),
        ...picture(history.days, text("owner_ui_history_days", counted(history.days)), day),
        el("p", {}, history.statuses.map(ofStatus).join(" · ")),
        fold("owner-numbers", text("owner_ui_history_numbers"),
          el("ul", {}, ...numbers(history.days, day), ...numbers(history.hours, hour))),
        about,
        el("p", { class: "copy" }, el("button", { type: "button", "data-erase": true }, text("owner_ui_history_erase"))),
      ];
  const details = fold("owner-history", heading, ...content);
  details.setAttribute("data-owner-part", "history");
  details.setAttribute("data-total", history.total);
  return details;
}

/** The sum of some bars, as arguments. */
function counted(bars) {
  return args({ count: bars.reduce((sum, bar) => sum + bar.count, 0) });
}

/** A title and its bars. */
function picture(bars, title, name) {
  const most = Math.max(...bars.map(bar => bar.count), 1);
  const svg = svgElement("svg", { viewBox: `0 0 ${bars.length * STEP} ${HEIGHT}`, role: "img", "aria-label": title, preserveAspectRatio: "none" });
  for (const [at, bar] of bars.entries()) {
    // One failure is to be seen beside a thousand; a time without any keeps its ground line.
    const height = bar.count === 0 ? 1 : Math.max(4, Math.round((bar.count / most) * HEIGHT));
    const rect = svgElement("rect", { x: at * STEP + 1, y: HEIGHT - height, width: STEP - 2, height, class: bar.count === 0 ? "none" : "some" });
    const label = svgElement("title", {});
    label.textContent = inWords(bar, name);
    rect.append(label);
    svg.append(rect);
  }
  return [el("h3", {}, title), svg];
}

/** The bars that are not empty, in words, the latest first. */
function numbers(bars, name) {
  return bars.filter(bar => bar.count > 0).reverse().map(bar => el("li", {}, inWords(bar, name)));
}

/** A bar in words. */
function inWords(bar, name) {
  return text("owner_ui_history_bar", args({ detail: name(bar.start), count: bar.count }));
}

/** How many failures had a status. */
function ofStatus({ status, count }) {
  const own = args({ status, count });
  return status === 0 ? text("owner_ui_history_silent", own) : text("owner_ui_history_status", own);
}

/** The name of a day; days are counted by UTC. */
function day(start) {
  return new Date(start).toLocaleDateString(language(), { timeZone: "UTC" });
}

/** The name of an hour. */
function hour(start) {
  return new Date(start).toLocaleString(language(), { weekday: "short", hour: "numeric", minute: "2-digit" });
}

function svgElement(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
