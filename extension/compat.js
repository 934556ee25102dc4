// What differs between the browsers, by feature test, each with its reason.

/** Whether this is Firefox, which hides less: only it tells about itself this way. */
export const IS_FIREFOX = Boolean(browser.runtime.getBrowserInfo);

/**
 * The extra info of a webRequest event. Chromium hides Cookie, Set-Cookie, Referer and Origin without `extraHeaders`;
 * Firefox shows them always and throws at a word it does not know.
 * @param {string} options name of the enumeration, such as "OnSendHeadersOptions"
 * @param {string[]} words what is asked for in both
 */
export function extraInfo(options, ...words) {
  const extra = browser.webRequest[options]?.EXTRA_HEADERS;
  return extra ? [...words, extra] : words;
}

/**
 * The origin that asked for a request: Chromium gives it, Firefox gives addresses.
 * @param {object} details of a webRequest event
 */
export function initiatorOf(details) {
  if (details.initiator) return details.initiator;
  const url = details.documentUrl ?? details.originUrl;
  return url && URL.canParse(url) ? new URL(url).origin : null;
}

/**
 * The cookie store of a request: Firefox names it (containers, private windows), Chromium has one for each kind of window.
 * @param {object} details of a webRequest event
 */
export function storeOf(details) {
  return details.cookieStoreId ?? null;
}

/**
 * Whether a request is for a page that nobody looks at yet. Chromium loads pages ahead of a click (speculation rules):
 * a prerendered one says so; a prefetch looks like a navigation of the tab in front, but for the id of the document that
 * asked for it. A navigation has none until it is committed (Chromium 156, Firefox 153).
 * @param {object} details of a webRequest or webNavigation event
 */
export function isAhead(details) {
  return details.documentLifecycle === "prerender" || (details.type === "main_frame" && Boolean(details.documentId));
}

/**
 * Whether an error says that the browser, or something in it, did not let a request through.
 * @param {string} error of `onErrorOccurred`; Firefox has one word for this and for a request that was given up
 */
export function isBlocked(error) {
  return /BLOCKED_BY_(CLIENT|RESPONSE)|NS_ERROR_ABORT|TRACKING|CONTENT_BLOCKED/.test(error);
}

/** Chromium's settings by site for cookies, once the person has granted the right to them: asked for anew each time. */
function cookieExceptions() {
  const { contentSettings } = browser;
  return contentSettings?.cookies;
}

/**
 * Lets an address keep cookies, inside pages of another one only where that is named.
 * @returns {Promise<boolean>} whether the browser did it; Firefox has no way
 */
export async function allowCookies(url, inside) {
  const pattern = (address) => `${new URL(address).origin}/*`;
  const exceptions = cookieExceptions();
  await exceptions?.set({ primaryPattern: pattern(url), setting: "allow", ...(inside && { secondaryPattern: pattern(inside) }) });
  return Boolean(exceptions);
}

/**
 * Whether cookies may be kept for an address by the browser's settings, as far as they can be read: Chromium answers for
 * one pair of addresses (`contentSettings`), Firefox has one setting for all (`privacy`). Both only with the right to ask.
 */
export async function cookieSettings(url, top) {
  const settings = { cookies: null, embedded: null };
  const exceptions = cookieExceptions();
  if (exceptions) {
    const allowed = async (secondaryUrl) => (await exceptions.get({ primaryUrl: url, secondaryUrl })).setting !== "block";
    settings.cookies = await allowed(url);
    settings.embedded = await allowed(top);
  } else if (browser.privacy?.websites?.cookieConfig) {
    const { value } = await browser.privacy.websites.cookieConfig.get({});
    // An exception for one site is not told: only the word for all sites proves something.
    if (value.behavior === "reject_all") settings.cookies = false;
    settings.embedded = value.behavior === "allow_all";
  }
  return settings;
}

/**
 * The registrable domain of an address, or its host where there is none (an IP address, a name without dots).
 * @param {string} url
 */
export function siteOf(url) {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  try {
    // Names inside a company end in what no list knows: the last label counts as the suffix there.
    return browser.publicSuffix.getDomain(host, { allowUnknownSuffix: true }) || host;
  } catch {
    return host;
  }
}
