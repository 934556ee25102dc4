// Texts: looks messages up by key, and words numbers and time spans in the language of the message file.

/** Positions of the nine arguments of every message, `$1` first: the fixed vocabulary of the message files. */
export const ARG = Object.freeze({ host: 0, other: 1, count: 2, name: 3, time: 4, scheme: 5, status: 6, realm: 7, detail: 8 });

/** The language and its plural rules, once asked for: they are dear to make and never change. */
const known = { language: undefined, plurals: undefined };

/** Kinds of a finding that have texts of their own, by its detail: the suffix is `_of_<detail>`. */
const KINDS = ["cached", "code"];

/** Arguments whose absence may have a text of its own, with the suffix `_without_<argument>`. */
const OPTIONAL = ["realm", "other"];

/**
 * The text of a key; empty where the key is unknown.
 * A key may have variants: `_of_code` where that is the detail, `_without_realm` where that argument is empty, and `_one`, `_few` … (CLDR plural categories) by its count.
 * @param {string} key
 * @param {string[]} [args] nine strings, as the view carries them (empty ones at the end may be missing); `time` in seconds
 * @returns {string}
 */
export function text(key, args = []) {
  if (args.length === 0) return browser.i18n.getMessage(key);
  const worded = wordArguments(args);
  for (const variant of variants(key, args)) {
    const found = browser.i18n.getMessage(variant, worded);
    if (found) return found;
  }
  return browser.i18n.getMessage(key, worded);
}

/**
 * The nine arguments from named ones.
 * @param {Partial<Record<keyof typeof ARG, string | number>>} named
 * @returns {string[]}
 */
export function args(named) {
  const list = Array(9).fill("");
  for (const [name, value] of Object.entries(named)) list[ARG[name]] = String(value);
  return list;
}

/**
 * The first arguments, with their gaps filled from the second.
 * @param {string[]} [own]
 * @param {string[]} [fallback]
 * @returns {string[]}
 */
export function withFallback(own = [], fallback = []) {
  return Array.from({ length: 9 }, (_, i) => own[i] || fallback[i] || "");
}

/**
 * A time span in words, such as "4 min, 10 sec"; hours leave out the seconds.
 * @param {number} seconds
 * @param {"long" | "short"} style
 * @returns {string}
 */
export function span(seconds, style) {
  const whole = Math.max(0, Math.ceil(seconds));
  const parts = { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, seconds: whole % 60 };
  if (parts.hours > 0) parts.seconds = 0;
  if (whole === 0) return new Intl.DurationFormat(language(), { style, secondsDisplay: "always" }).format(parts);
  return new Intl.DurationFormat(language(), { style }).format(parts);
}

/**
 * A time of day, with the day where it is not today.
 * @param {number} millis milliseconds since 1970
 * @returns {string}
 */
export function clock(millis) {
  const time = new Date(millis);
  const sameDay = time.toDateString() === new Date().toDateString();
  return time.toLocaleString(language(), sameDay ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "short" });
}

/** The language of the message file. It can differ from the browser's own where no file fits that. */
export function language() {
  known.language ??= text("ui_lang") || "en";
  return known.language;
}

/**
 * Gives a document its language and direction, and fills every element that names its text in `data-text`.
 * @param {Document} document
 */
export function fill(document) {
  document.documentElement.lang = language();
  document.documentElement.dir = text("ui_dir") || "ltr";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
}

/** The variants of a key to be tried before the key itself. */
function* variants(key, args) {
  const kind = args[ARG.detail];
  if (KINDS.includes(kind)) yield `${key}_of_${kind}`;
  for (const name of OPTIONAL) if (!args[ARG[name]]) yield `${key}_without_${name}`;
  const count = args[ARG.count];
  if (!isNumber(count)) return;
  known.plurals ??= new Intl.PluralRules(language());
  yield `${key}_${known.plurals.select(Number(count))}`;
}

/** The arguments with numbers grouped and seconds put in words. */
function wordArguments(args) {
  const worded = args.slice();
  if (isNumber(args[ARG.count])) worded[ARG.count] = Number(args[ARG.count]).toLocaleString(language());
  if (isNumber(args[ARG.time])) worded[ARG.time] = span(Number(args[ARG.time]), "long");
  return worded;
}

/** Whether an argument is a plain number. */
function isNumber(argument) {
  return /^\d{1,15}$/.test(argument ?? "");
}
