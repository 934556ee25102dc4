// Browser events into the core's events: named fields only; credentials and cookies reduced before anything else sees them.

import { initiatorOf, siteOf, storeOf } from "./compat.js";

/** The response fields that the core reads besides challenges and cookies: `OBSERVED_FIELDS` of src/event/mod.rs. */
const OBSERVED_FIELDS = new Set([
  "age",
  "cf-mitigated",
  "content-length",
  "content-type",
  "date",
  "dpop-nonce",
  "retry-after",
  "server",
  "sg-captcha",
  "token-expired",
  "via",
  "x-amzn-errortype",
  "x-amzn-waf-action",
  "x-authentication-denied-reason",
  "x-dd-b",
  "x-forms_based_auth_required",
  "x-github-otp",
  "x-kpsdk-ct",
  "x-powered-by",
  "x-rate-limit-remaining",
  "x-ratelimit-remaining",
  "x-seraph-loginreason",
  "x-squid-error",
  "x-sucuri-block",
  "x-vercel-mitigated",
]);

/** An address without fragment, user name and password. */
export const cleanUrl = (url) => url.replace(/^([a-z]+:\/\/)[^/?#@]*@/i, "$1").replace(/#.*$/s, "");

/** The sign-in page that the fragment of an address names, as single-page apps have it. Nothing else of one is handed on: it may hold tokens. */
export const signInRoute = (url) => (/#[/!]*(?:auth\/)?(?:log|sign)[-_]?in(?:[/?&]|$)/i.test(url) ? "#/login" : "");

/** Whether an address may be a sign-in page's: a coarse sieve, so that the core need not look at every redirect. */
export const mayBeSignIn = (url) => /log|anmeld|security_?check|connexion|acce[ds]|iniciar|entrar|prihlas|giris|seconnecter|sign|sso|auth|session|saml|cas|adfs|account|policy|default\.aspx|danana|client_id|entityid|okta|onelogin|cloudflareaccess|amazoncognito|pingone|duosecurity|appleid|id\.atlassian/i.test(url);

/** The part that every webRequest event has. */
export function requestOf(details) {
  const url = cleanUrl(details.url);
  return {
    requestId: String(details.requestId),
    tabId: details.tabId,
    resourceType: details.type,
    method: details.method,
    url,
    site: siteOf(url),
    initiator: initiatorOf(details),
    store: storeOf(details),
    hasUserInfo: /^[a-z]+:\/\/[^/?#]*@/i.test(details.url),
    // The event's own time: browsers keep no order between requests and pages, and a worker may only wake for it.
    time: Math.floor(details.timeStamp),
  };
}

/** Fields that carry a key or token by their name: `is_key_field` of src/input/reduce.rs. */
const KEY_FIELD = /^(?!.*publishable)(?:(?:.*-)?api-?key|x-(?:.*-)?authorization|(?:access_)?token|(?!.*(?:csrf|xsrf|verification|device|push|fcm|captcha)).*-token)$/i;

/** The request fields that matter, without any value that could open a door. */
export function sentOf(headers = []) {
  const sent = { authorization: null, proxyAuthorization: null, cookies: [], referer: false, originIsNull: null, key: false };
  for (const header of headers) {
    switch (header.name.toLowerCase()) {
      case "authorization":
        sent.authorization = credentialsOf(textOf(header));
        break;
      case "proxy-authorization":
        sent.proxyAuthorization = credentialsOf(textOf(header));
        break;
      case "cookie":
        sent.cookies.push(...textOf(header).split(/;\s*/).filter(Boolean).map(cookieOf));
        break;
      case "referer":
        sent.referer = true;
        break;
      case "origin":
        sent.originIsNull = textOf(header) === "null";
        break;
      default:
        sent.key ||= KEY_FIELD.test(header.name);
    }
  }
  return sent;
}

/** The answer, with the fields that matter; `headers` is absent where the event has none. */
export function answerOf(details) {
  const answer = {
    status: details.statusCode,
    wwwAuthenticate: [],
    proxyAuthenticate: [],
    setCookies: [],
    fields: [],
    fieldsSeen: Boolean(details.responseHeaders),
    fromCache: Boolean(details.fromCache),
  };
  for (const header of details.responseHeaders ?? []) {
    const name = header.name.toLowerCase();
    // Firefox joins the lines of one name with line feeds.
    const lines = () => textOf(header).split("\n");
    if (name === "www-authenticate") answer.wwwAuthenticate.push(...lines());
    else if (name === "proxy-authenticate") answer.proxyAuthenticate.push(...lines());
    else if (name === "set-cookie") answer.setCookies.push(...lines().map(setCookieOf));
    else if (OBSERVED_FIELDS.has(name)) answer.fields.push([name, textOf(header)]);
    else if (name === "location") answer.fields.push(...fragmentError(textOf(header)));
    // SAP and Camunda ask for the code of a form so; any other value is such a code, and a secret.
    else if (/^x-[cx]srf-token$/.test(name) && /^required$/i.test(textOf(header))) answer.fields.push(["x-csrf-token", "Required"]);
  }
  return answer;
}

/** The code of an error in the fragment of a Location: `fragment_error` of src/input/reduce.rs. */
function fragmentError(address) {
  const fragment = new URLSearchParams(address.split("#")[1] ?? "");
  const code = fragment.get("error_code") ?? fragment.get("error");
  return /^[\w-]{1,40}$/.test(code ?? "") ? [["location-error", code]] : [];
}

/** The browser's words for SameSite; it has another one for a cookie without it. */
const SAME_SITE = { strict: "strict", lax: "lax", no_restriction: "none" };

/** A cookie of the jar: attributes and size, no value. */
export function jarCookieOf(cookie) {
  return {
    name: cookie.name,
    domain: cookie.domain.replace(/^\./, ""),
    path: cookie.path,
    hostOnly: cookie.hostOnly,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    size: cookie.name.length + cookie.value.length,
    partition: cookie.partitionKey?.topLevelSite ?? null,
    sameSite: SAME_SITE[cookie.sameSite] ?? null,
  };
}

/** The text of a header that may be given as bytes. */
function textOf(header) {
  return header.value ?? String.fromCharCode(...(header.binaryValue ?? []));
}

/** The scheme alone, and of a JWT its three times. A value without a scheme is all secret. */
function credentialsOf(value) {
  const [, scheme, token] = /^([A-Za-z][\w-]{0,31}) +(\S+)/.exec(value) ?? [];
  return { scheme: scheme ?? "other", ...timesOf(scheme && token) };
}

/** The times of a JWT (RFC 7519 §4.1), where the token is one. */
function timesOf(token) {
  const payload = token?.split(".")[1];
  if (!payload) return {};
  try {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    const time = (name) => (Number.isFinite(claims[name]) ? Math.trunc(claims[name]) : null);
    return { exp: time("exp"), nbf: time("nbf"), iat: time("iat") };
  } catch {
    return {};
  }
}

function cookieOf(pair) {
  const at = pair.indexOf("=");
  return { name: at < 0 ? "" : pair.slice(0, at), size: pair.length };
}

function setCookieOf(line) {
  const end = line.indexOf(";");
  const pair = end < 0 ? line : line.slice(0, end);
  const at = pair.indexOf("=");
  const value = pair.slice(at + 1).trim();
  return {
    name: at < 0 ? "" : pair.slice(0, at).trim(),
    valueSize: value.length,
    cleared: value === "" || value === "deleted",
    attributes: end < 0 ? "" : line.slice(end + 1),
  };
}
