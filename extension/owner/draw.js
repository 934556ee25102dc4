// Draws the owner's part (`src/owner/part.rs`): ids and arguments into elements, never HTML.

import { ARG, args, text } from "../text.js";
import { el, fold, key } from "../render.js";

/** What each command is called. */
const COMMANDS = {
  curl: () => text("owner_ui_curl"),
  fetch: () => text("owner_ui_fetch"),
  python: () => text("owner_ui_python"),
};

/**
 * The whole part.
 * @param {object | undefined} part absent where nothing failed
 * @param {{ snippets?: object, servers?: { id: string, name: string }[], chosen?: string, exports: boolean, guide?: (topic: string) => string }} facts
 *   a page that has the guide beside it, and may ask no site anything, gives the addresses of its topics
 * @returns {HTMLElement[]}
 */
export function drawPart(part, facts) {
  const parts = part
    ? [request(part), challenge(part), did(part), send(part), change(part, facts), !facts.guide && check(part), cookies(part), also(part), repeat(part), crawl(part)]
    : [line(text("owner_ui_nothing"))];
  return [el("h2", {}, text("owner_ui_heading")), ...parts, facts.exports && exportPart()].filter(Boolean);
}

/** A paragraph. */
export function line(sentence) {
  return el("p", {}, sentence);
}

/** A sentence of the wasm's. */
export function drawSaid(said, tag = "p") {
  return el(tag, { "data-note": said.id }, text(`owner_ui_${key(said.id)}`, said.args));
}

/** Method, address and status. */
function request(part) {
  return el("p", { class: "request", "data-owner-part": "request" },
    el("code", {}, el("bdi", {}, `${part.method} ${part.url}`)), " ", part.status && el("b", {}, String(part.status)));
}

/** The challenges, their flaws and the protection space. */
function challenge(part) {
  if (![401, 407].includes(part.status) && part.challenges.length === 0) return null;
  const explained = part.challenges.map(one => el("section", { class: "challenge", "data-scheme": one.scheme },
    el("h3", {}, one.scheme, one.spec && el("span", { class: "spec" }, ` ${one.spec}`)),
    drawSaid(one.what), one.unregistered && drawSaid(one.unregistered), drawSaid(one.answer),
    one.params.length > 0 && el("dl", {}, ...one.params.flatMap(param))));
  return open("challenge", text("owner_ui_challenge"),
    ...(explained.length > 0 ? explained : [line(text("owner_ui_no_challenge"))]),
    part.flaws.length > 0 && el("h3", {}, text("owner_ui_flaws")),
    ...part.flaws.map(flaw),
    part.space.length > 0 && el("h3", {}, text("owner_ui_space_heading")),
    ...part.space.map(said => drawSaid(said)));
}

/** Name, value and meaning of a parameter. */
function param(one) {
  const count = one.what.args[ARG.count];
  const value = one.value ?? (count ? text("owner_ui_hidden", args({ count })) : text("owner_ui_missing"));
  const shown = one.value === null ? el("i", {}, value) : el("bdi", {}, value || "\"\"");
  return [
    el("dt", { "data-param": one.name }, el("code", {}, one.name), " ", shown),
    drawSaid(one.what, "dd"),
  ];
}

/** A field line with its wrong place marked, and what was expected there. */
function flaw(one) {
  const letters = Array.from(one.line);
  const marked = letters[one.at] ?? "␣";
  return el("div", { class: "flaw", "data-flaw": one.at },
    el("pre", { dir: "ltr", tabindex: 0, "aria-label": text("owner_ui_flaw_line") },
      letters.slice(0, one.at).join(""), el("mark", {}, marked), letters.slice(one.at + 1).join("")),
    line(one.says));
}

/** What the browser did, and when passes end. */
function did(part) {
  return folded("did", text("owner_ui_did_heading"),
    list(part.did),
    part.passes.length > 0 && el("h3", {}, text("owner_ui_passes_heading")),
    list(part.passes));
}

/** The fields to send. */
function send(part) {
  if (part.send.length === 0) return null;
  return open("send", text("owner_ui_send_heading"), ...part.send.flatMap(field));
}

/** Why, and the field. */
function field(one) {
  return [drawSaid(one.why), el("pre", { dir: "ltr", tabindex: 0, "aria-label": text("owner_ui_send_heading") }, one.field)];
}

/** What to change on the server, with snippets. */
function change(part, facts) {
  const changes = part.findings
    .map(id => [id, text(`owner_${key(id)}_change`, args({ status: part.status ?? "" }))])
    .filter(([, sentence]) => sentence)
    .map(([id, sentence]) => el("div", { "data-change": id }, el("h3", {}, text(`finding_${key(id)}_title`)), line(sentence)));
  const known = part.topics.filter(id => text(`topic_${key(id)}_title`));
  const topics = known.filter(id => facts.snippets?.[id]);
  const server = part.server ?? facts.chosen ?? facts.servers?.[0]?.id;
  const choice = topics.length > 0 && el("label", { class: "server" }, `${text("owner_ui_server")} `,
    el("select", { "data-server": true }, ...facts.servers.map(({ id, name }) => el("option", { value: id, selected: id === server }, name))));
  const named = part.server && facts.servers?.find(({ id }) => id === part.server)?.name;
  return open("change", text("owner_ui_change_heading"),
    ...changes,
    facts.guide && known.length > 0 && el("ul", {}, ...known.map(id => guideLink(id, part.server, facts))),
    choice,
    choice && named && el("p", { class: "preview" }, text("owner_ui_server_named", args({ name: named }))),
    ...topics.map(id => fold(`topic-${id}`, text(`topic_${key(id)}_title`),
      line(text(`topic_${key(id)}_why`)),
      el("div", { "data-topic": id }, ...drawSnippet(id, server, facts)))));
}

/** Where the guide has the examples of a topic. */
function guideLink(topic, server, facts) {
  const href = facts.guide(topic) + (server ? `#${server}` : "");
  return el("li", { "data-topic": topic }, el("a", { href }, text(`topic_${key(topic)}_title`)));
}

/** The snippet of a topic for a server. */
export function drawSnippet(topic, server, { snippets, servers }) {
  const snippet = snippets[topic]?.[server];
  if (!snippet) return [line(text("owner_ui_snippet_none"))];
  const name = servers.find(({ id }) => id === server)?.name ?? server;
  return [el("pre", { "data-snippet": server, dir: "ltr", tabindex: 0, "aria-label": name }, snippet)];
}

/** How the site answers a visitor without cookies. */
function check(part) {
  if (!part.status || part.status < 400) return null;
  const asking = part.check
    ? [el("button", { type: "button", "data-ask": true }, text("owner_ui_check")),
        el("p", { class: "preview" }, text("owner_ui_check_about", args({ detail: part.check })))]
    : [line(text("owner_ui_check_unfit"))];
  return folded("check", text("owner_ui_check_heading"),
    el("div", { "data-answer": true }, part.checked && drawSaid(part.checked)), ...asking);
}

/** What becomes of the answer's cookies, and what became of those before. */
function cookies(part) {
  const fate = one => el("section", { class: "cookie", "data-cookie": one.name, "data-kept": String(one.kept) },
    el("h3", {}, el("code", {}, one.name), ` ${one.kept ? text("owner_ui_kept") : text("owner_ui_refused")}`),
    one.attributes && el("p", { class: "attributes" }, el("code", {}, one.attributes)),
    list(one.notes), ...(one.send ? field(one.send) : []));
  const before = part.cookiesBefore.map(fate);
  // What fails is what one looks for.
  const failing = [...part.cookies, ...part.cookiesBefore].some(one => !one.kept);
  return (failing ? open : folded)("cookies", text("owner_ui_cookies_heading"),
    ...part.cookies.map(fate),
    before.length > 0 && el("h3", {}, text("owner_ui_cookies_before")),
    ...before);
}

/** What else the exchange shows. */
function also(part) {
  return folded("also", text("owner_ui_also_heading"), list(part.also));
}

/** The request as commands, one of them at a time. */
function repeat(part) {
  const [first] = part.commands;
  // Where no host is known there is nothing to repeat.
  if (!first) return null;
  const choice = part.commands.map(({ id }) =>
    el("button", { type: "button", "data-command": id, "aria-pressed": String(id === first.id) }, COMMANDS[id]()));
  return folded("repeat", text("owner_ui_repeat_heading"),
    el("div", { class: "choice" }, ...choice),
    el("p", { class: "preview" }, text("owner_ui_repeat_about")),
    el("pre", { "data-commands": true, dir: "ltr", tabindex: 0, "aria-label": text("owner_ui_repeat_heading") }, first.text),
    copyButton("commands"));
}

/** A button that copies what stands above it, and a place to say so. */
function copyButton(what) {
  return el("p", { class: "copy" },
    el("button", { type: "button", "data-copy": what }, text("owner_ui_copy")), el("span", {}));
}

/** What search engines make of it. */
function crawl(part) {
  return folded("crawl", text("owner_ui_crawl_heading"), part.crawl && drawSaid(part.crawl));
}

/** The tab's failures as files: shown first. */
function exportPart() {
  return folded("export", text("owner_ui_export_heading"),
    line(text("owner_ui_export_about")),
    el("div", { class: "choice" },
      el("button", { type: "button", "data-export": "har" }, text("owner_ui_har")),
      el("button", { type: "button", "data-export": "json" }, text("owner_ui_json"))),
    el("div", { "data-file": true }));
}

/** A file before it is saved. */
export function drawPreview(kind, content) {
  return [
    el("pre", { "data-preview": kind, dir: "ltr", tabindex: 0, "aria-label": text("owner_ui_preview") }, content),
    el("p", { class: "copy" },
      el("button", { type: "button", "data-save": true }, text("owner_ui_save")),
      el("button", { type: "button", "data-copy": "preview" }, text("owner_ui_copy")), el("span", {})),
  ];
}

/** Sentences as a list. */
function list(said) {
  return said.length > 0 && el("ul", {}, ...said.map(one => drawSaid(one, "li")));
}

/** A fold of the owner's part; null where it would be empty. */
function folded(name, title, ...children) {
  const details = fold(`owner-${name}`, title, ...children);
  details?.setAttribute("data-owner-part", name);
  return details;
}

/** The same, open from the start. */
function open(name, title, ...children) {
  const details = folded(name, title, ...children);
  if (details) details.open = true;
  return details;
}
