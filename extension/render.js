// Draws a view (message ids and arguments) into an element: for the popup, and for the example of the welcome page.

import { ARG, args, clock, span, text, withFallback } from "./text.js";

/** How many cookies of a list are shown before the rest is folded away. */
const COOKIES_SHOWN = 6;

/** How many levels all headings are lower: a page has one first heading, and where it is its own the view's come below. */
let sunk = 0;

/** Longest address of a row, in characters; the whole one is in its tooltip. */
const ADDRESS_SHOWN = 56;

/**
 * Draws the view. Whatever was open stays open, and the focus stays on the same step.
 * @param {HTMLElement} main the element to fill
 * @param {object} view as the core writes it (`src/view.rs`)
 * @param {{ browserPage?: boolean, sunk?: boolean }} [facts] what the view cannot know: that the tab shows a page of the
 *   browser itself; that it is drawn below a page's own heading
 */
export function render(main, view, facts = {}) {
  sunk = facts.sunk ? 1 : 0;
  const kept = remember(main);
  main.dataset.tab = view.tab;
  main.dataset.site = view.site;
  main.dataset.state = view.state;
  main.replaceChildren(...[header(main, view, facts), ...body(view, facts), timeline(view), report(view)].filter(Boolean));
  tick(main);
  restore(main, kept);
}

/**
 * The sentence that says what is going on: a remedy's progress or its outcome. Empty where there is none.
 * @param {object} view
 * @returns {string}
 */
export function announcement(view) {
  return statusLines(view).map(line => line.textContent).join(" ");
}

/**
 * Brings the running times up to date: countdowns and the rest of an undo.
 * @param {HTMLElement} root
 */
export function tick(root) {
  for (const element of root.querySelectorAll("[data-until]")) {
    const seconds = (Number(element.dataset.until) - Date.now()) / 1000;
    const over = seconds <= 0;
    setText(element, over ? text(element.dataset.over) : text(element.dataset.running, args({ time: span(seconds, "short") })));
    const button = element.closest("[data-timed]")?.querySelector("button");
    if (button) button.disabled = over === (element.dataset.then === "disable");
  }
}

/**
 * An element.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null | undefined>} attributes nothing is set for null, undefined and false
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes, ...children) {
  const heading = /^h([1-3])$/.exec(tag);
  const element = document.createElement(heading ? `h${Number(heading[1]) + sunk}` : tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter(Boolean));
  return element;
}

/** The header: the same element every time, so that the icon does not blink. */
function header(main, view, facts) {
  const existing = main.querySelector(":scope > header");
  const element = existing ?? el("header", {},
    el("img", { src: new URL("icons/readmit.svg", import.meta.url).href, alt: "", width: 24, height: 24 }),
    el("bdi", { class: "host" }),
    el("span", { class: "chip" }));
  setText(element.querySelector(".host"), view.host || text("extension_name"));
  setText(element.querySelector(".chip"), chip(view, facts));
  return element;
}

/** The state in a word or two; nothing is claimed of a page that was not seen. */
function chip(view, facts) {
  if (view.state !== "clear" || view.observed) return text(`state_${key(view.state)}`);
  return facts.browserPage ? "" : text("state_unseen");
}

/** What fills the popup between header and time line, by state. */
function body(view, facts) {
  const [top, ...others] = view.findings ?? [];
  const host = args({ host: view.host });
  if (view.state === "no-access") {
    return [panel(text("no_access_title"), text("no_access_why"), button(text("no_access_button"), { "data-grant": true }))];
  }
  if (view.state === "fixed") {
    return [panel(text("fixed_title"), text("fixed_why", host)), ...statusLines(view), undo(view), before(top)];
  }
  if (top) {
    const also = text("heading_notices");
    const maybe = text("heading_findings");
    return [
      finding(top, view),
      further(maybe, others.filter(one => !one.notice)),
      further(also, others.filter(one => one.notice)),
    ];
  }
  if (view.general) return [general(view)];
  if (facts.browserPage) return [panel(text("browser_page_title"), text("browser_page_why"))];
  if (!view.observed) {
    return [panel(text("unseen_title"), text("unseen_why"), button(text("unseen_reload"), { "data-reload": true })), ...statusLines(view), undo(view)];
  }
  return [panel(text("clear_title"), text("clear_why", host)), ...statusLines(view), undo(view)];
}

/** A title, a sentence, and at most one button. */
function panel(title, why, action) {
  return el("div", { class: "panel" }, el("h1", { tabindex: -1 }, title), el("p", { class: "why" }, why),
    action && el("div", { class: "primary" }, action));
}

/** The top finding, with its steps and all that it rests on. */
function finding(top, view) {
  const underWay = view.state === "working";
  const primary = underWay ? undefined : top.remedies.find(remedy => remedy.primary);
  const rest = top.remedies.filter(remedy => remedy !== primary);
  return el("section", findingAttributes(top),
    el("h1", { tabindex: -1 }, findingTitle(top.id, top.args)),
    el("p", { class: "why" }, findingWhy(top)),
    el("p", { class: "sure" }, el("strong", {}, text(`confidence_${key(top.confidence)}`)), " ", text(`who_${key(top.who)}`, top.args)),
    ...statusLines(view),
    primary && primaryStep(primary, top.args),
    undo(view),
    check(view),
    underWay ? fold("others", text("heading_other"), otherSteps(rest, top.args)) : otherSteps(rest, top.args, text("heading_other")),
    fold("evidence", text("heading_evidence"), evidence(top.evidence)),
    statusMeaning(top.status));
}

/** The attributes by which tests and tools read a finding. */
function findingAttributes(one) {
  return {
    "data-finding": one.id,
    "data-rank": one.rank,
    "data-status": one.status,
    "data-confidence": one.confidence,
    "data-url": one.url,
  };
}

/** The title of a finding; one without a text gets the general one. */
function findingTitle(id, own) {
  return text(`finding_${key(id)}_title`, own) || text("general_title");
}

/** Why, in one sentence. */
function findingWhy(one) {
  return text(`finding_${key(one.id)}_why`, one.args) || text("general_why", one.args);
}

/** The one step to take first, and what it would do. */
function primaryStep(remedy, fallback) {
  const own = remedyArgs(remedy, fallback);
  if (remedy.act === "item") {
    return el("ul", { class: "primary plain" }, el("li", remedyAttributes(remedy, true), el("strong", {}, label(remedy, own)), preview(remedy, own)));
  }
  return el("div", { class: "primary", "data-timed": Boolean(remedy.notBefore) },
    remedyButton(remedy, own, true), countdown(remedy), preview(remedy, own), cookieList(remedy.cookies));
}

/** The further steps, in their order, below a title where they are not folded away. */
function otherSteps(remedies, fallback, title) {
  if (remedies.length === 0) return null;
  const items = remedies.map(remedy => {
    const own = remedyArgs(remedy, fallback);
    const tried = remedy.tried && el("span", { class: "tried" }, text("remedy_tried"));
    if (remedy.act === "item") {
      return el("li", remedyAttributes(remedy, false), el("strong", {}, label(remedy, own)), tried, preview(remedy, own));
    }
    return el("li", { "data-timed": Boolean(remedy.notBefore) }, remedyButton(remedy, own, false), tried, countdown(remedy), preview(remedy, own),
      fold(`cookies-${remedy.id}`, text("preview_which"), cookieList(remedy.cookies)));
  });
  return el("div", { class: "others" }, title && el("h2", {}, title), el("ul", { class: "plain" }, ...items));
}

/** The arguments of a step: its own, then the finding's; its count is that of its cookies and never the finding's. */
function remedyArgs(remedy, fallback) {
  const own = withFallback(remedy.args, fallback);
  own[ARG.count] = remedy.args?.[ARG.count] || String(remedy.cookies?.length || "");
  return own;
}

/** The attributes of a step, on its button or its list item. */
function remedyAttributes(remedy, primary) {
  return {
    "data-remedy": remedy.id,
    "data-touches": remedy.touches,
    "data-permission": remedy.permission,
    "data-primary": primary,
    "data-tried": Boolean(remedy.tried),
  };
}

/** The button of a step; not to be pressed before its time. */
function remedyButton(remedy, own, primary) {
  const early = remedy.notBefore !== null && remedy.notBefore !== undefined && remedy.notBefore > Date.now();
  return button(label(remedy, own), { ...remedyAttributes(remedy, primary), disabled: early });
}

/** A button. */
function button(name, attributes) {
  return el("button", { type: "button", ...attributes }, name);
}

/** What a step is called; a step without a text is called by its id. */
function label(remedy, own) {
  return text(`remedy_${key(remedy.id)}_label`, own) || remedy.id;
}

/** What a step would touch and do; where the person does it, how. */
function preview(remedy, own) {
  const steps = remedy.act === "item" && text(`remedy_${key(remedy.id)}_steps`, own);
  const sentence = steps || text(`remedy_${key(remedy.id)}_preview`, own);
  return sentence && el("p", { class: "preview" }, sentence);
}

/** The running time until a step may be taken. */
function countdown(remedy) {
  if (!remedy.notBefore) return null;
  return el("p", { class: "countdown", role: "timer", "data-until": remedy.notBefore, "data-running": "wait_until", "data-over": "wait_over" });
}

/** The cookies that a step would remove: all of them, the later ones folded away. */
function cookieList(cookies) {
  if (!cookies?.length) return null;
  const items = cookies.map(cookie => el("li", {}, el("code", {}, cookie.name), " ",
    el("span", {}, text("preview_cookie_of", args({ host: cookie.domain })))));
  const rest = items.splice(COOKIES_SHOWN);
  return el("div", { class: "cookies" },
    el("ul", {}, ...items),
    rest.length > 0 && fold("more-cookies", text("preview_more", args({ count: rest.length })), el("ul", {}, ...rest)));
}

/** Lines about a remedy under way and about its outcome. */
function statusLines(view) {
  const lines = [];
  const { progress, message } = view;
  if (progress && view.state !== "fixed") {
    lines.push(el("p", { class: "status", "data-progress": progress.stage }, text(`progress_${key(progress.stage)}`)));
  }
  if (message && !(view.state === "fixed" && message.id === "you-are-in")) {
    const own = withFallback(message.args, args({ host: view.host }));
    const sentence = text(`message_${key(message.id)}`, own);
    if (sentence) lines.push(el("p", { class: "status", "data-message": message.id }, sentence));
  }
  return lines;
}

/** The button that puts things back, and how long it works. */
function undo(view) {
  if (!view.undo || view.undo.expires <= Date.now()) return null;
  return el("div", { class: "undo", "data-timed": true },
    button(text("undo_label", args({ count: view.undo.count })), { "data-undo": true }),
    el("p", { role: "timer", "data-until": view.undo.expires, "data-running": "undo_until", "data-over": "undo_over", "data-then": "disable" }));
}

/** The button that asks how the site answers a stranger, where that would tell more. */
function check(view) {
  if (!view.canCheck || view.state === "working") return null;
  return el("div", { class: "check" },
    button(text("check_label"), { "data-check": true }),
    el("p", { class: "preview" }, text("check_preview", args({ host: view.host }))));
}

/** The facts that a finding rests on. */
function evidence(facts) {
  const items = (facts ?? [])
    .map(fact => [fact, text(`evidence_${key(fact.id)}`, fact.args)])
    .filter(([, sentence]) => sentence)
    .map(([fact, sentence]) => el("li", { "data-evidence": fact.id }, sentence));
  return items.length > 0 && el("ul", {}, ...items);
}

/** What a status code means. */
function statusMeaning(status) {
  if (!status || status < 400) return null;
  return fold("status", text("heading_status", args({ status })), el("p", {}, statusText(status, "")));
}

/** The text of a status code, or of its class. `suffix` is empty or `_title`. */
function statusText(status, suffix) {
  const family = status >= 500 ? "5xx" : "4xx";
  return text(`status_${status}${suffix}`) || text(`status_${family}${suffix}`);
}

/** A failing answer that no rule explains. */
function general(view) {
  const { status, url } = view.general;
  const own = withFallback(view.general.args, args({ host: view.host, status }));
  return el("section", { "data-general": status, "data-status": status, "data-url": url },
    el("h1", { tabindex: -1 }, statusText(status, "_title") || text("general_title")),
    el("p", { class: "why" }, statusText(status, "") || text("general_why", own)),
    el("p", { class: "sure" }, text("general_seen")),
    ...statusLines(view),
    undo(view),
    view.report && el("div", { class: "primary" },
      button(text("remedy_ask_owner_label"), { "data-ask": true }),
      el("p", { class: "preview" }, text("remedy_ask_owner_preview", own))));
}

/** What else it may be, or is good to know: titles and sentences only, since the steps above come first. */
function further(heading, findings) {
  if (findings.length === 0) return null;
  return el("div", { class: "further" }, el("h2", {}, heading), ...findings.map(one =>
    el("section", findingAttributes(one), el("h3", {}, findingTitle(one.id, one.args)), el("p", {}, findingWhy(one)))));
}

/** What was wrong, once it is mended. */
function before(top) {
  if (!top) return null;
  return fold("before", text("heading_before"), el("section", findingAttributes(top),
    el("h2", {}, findingTitle(top.id, top.args)), el("p", {}, findingWhy(top)), evidence(top.evidence)));
}

/** This tab's failures, newest first. */
function timeline(view) {
  if (!view.timeline?.length) return null;
  return fold("timeline", text("heading_timeline"), el("ol", { class: "timeline" }, ...view.timeline.map(row)));
}

/** One failure. */
function row(failure) {
  const { host, short } = address(failure.url);
  const status = failure.status ? String(failure.status) : text("timeline_no_answer");
  const cause = failure.finding && findingTitle(failure.finding, args({ host }));
  return el("li", {},
    el("span", { class: "when" }, el("time", { datetime: new Date(failure.time).toISOString() }, clock(failure.time)), " ", el("b", {}, status),
      failure.background && el("i", {}, " ", text("timeline_background"))),
    el("bdi", { class: "address", title: failure.url }, `${failure.method} ${short}`),
    cause && el("span", { class: "cause" }, cause));
}

/** The technical report: always there, closed. */
function report(view) {
  if (!view.report) return null;
  return fold("report", text("heading_report"),
    el("p", {}, text("report_about")),
    button(text("report_copy"), { "data-copy-report": true }),
    el("pre", { "data-report": true, tabindex: 0, dir: "ltr", "aria-label": text("heading_report") }, view.report));
}

/** A part that opens on request; null where it would be empty. */
export function fold(part, title, ...children) {
  if (!children.some(Boolean)) return null;
  return el("details", { "data-part": part }, el("summary", {}, title), ...children);
}

/** An address without its scheme, cut in the middle of nowhere but at its end. */
function address(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const whole = parsed ? parsed.host + parsed.pathname : url;
  return { host: parsed?.hostname ?? "", short: whole.length > ADDRESS_SHOWN ? `${whole.slice(0, ADDRESS_SHOWN - 1)}…` : whole };
}

/** An id as a part of a message key. */
export function key(id) {
  return String(id).replaceAll("-", "_");
}

/** Sets a text only where it differs, so that nothing is announced twice. */
function setText(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/** What the person had opened and where the focus was. */
function remember(main) {
  const open = [...main.querySelectorAll("details[open]")].map(details => details.dataset.part);
  const active = main.contains(document.activeElement) ? document.activeElement : null;
  return { open, active, selector: active && selectorOf(active) };
}

/** Opens and focuses again what was; where that is gone, the title gets the focus. */
function restore(main, { open, active, selector }) {
  for (const details of main.querySelectorAll("details")) details.open = open.includes(details.dataset.part);
  if (!active) return;
  const again = selector && main.querySelector(selector);
  (again && !again.disabled ? again : main.querySelector("h1"))?.focus({ preventScroll: true });
}

/** A selector that finds the same control after it was drawn anew. */
function selectorOf(element) {
  const part = element.closest("details")?.dataset.part;
  if (element.localName === "summary") return `details[data-part="${CSS.escape(part)}"] > summary`;
  const names = ["data-remedy", "data-undo", "data-check", "data-copy-report", "data-ask", "data-grant", "data-reload", "data-report"];
  const name = names.find(one => element.hasAttribute(one));
  return name && `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
}
