// The one part of the extension's world that its drawing code asks for: texts by key.

import texts from "./texts.js";

globalThis.browser ??= {};
globalThis.browser.i18n = { getMessage };

/**
 * More texts, for a part of the page that is not always wanted.
 * @param {Record<string, string>} more
 */
export function addTexts(more) {
  Object.assign(texts, more);
}

/**
 * The text of a key; empty where there is none, as in an extension.
 * @param {string} key
 * @param {string[]} [args] for $1 to $9
 * @returns {string}
 */
function getMessage(key, args = []) {
  const text = Object.hasOwn(texts, key) ? texts[key] : "";
  return text.replace(/\$([1-9])/g, (_, number) => args[Number(number) - 1] ?? "");
}
