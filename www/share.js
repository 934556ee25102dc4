// Links that carry an input in their fragment, which browsers do not send to any server.

/** How a fragment with an input begins. */
const MARK = "#d=";

/** How a fragment with a short text begins, as the guide's examples are linked: percent-encoded. */
const PLAIN = "#paste=";

/** Longest text that a link may unpack to, in bytes: anybody can make one. */
const UNPACKED_MAX = 1_000_000;

/**
 * The address of this page with a text in it.
 * @param {string} text without secrets
 * @returns {Promise<string>}
 */
export async function link(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  const packed = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return new URL(MARK + packed, location.href).href;
}

/**
 * The text that an address carries; null where it carries none, or a broken one.
 * @param {string} hash of the address
 * @returns {Promise<string | null>}
 */
export async function unpack(hash) {
  if (!hash.startsWith(MARK) && !hash.startsWith(PLAIN)) return null;
  try {
    if (hash.startsWith(PLAIN)) return decodeURIComponent(hash.slice(PLAIN.length));
    const letters = atob(hash.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, letter => letter.charCodeAt(0));
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder();
    let [text, size] = ["", 0];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.length;
      if (size > UNPACKED_MAX) return null;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return null;
  }
}
