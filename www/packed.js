// Unpacks what the page's modules carry: compressed bytes (deflate-raw), seven bits a character. Nothing may be fetched.

/**
 * What was packed, as the body of an answer.
 * @param {string} packed as `xtask/src/site.rs` writes it: a character from U+0080 on stands for one that text cannot hold
 * @returns {Response}
 */
export function unpack(packed) {
  const bytes = new Uint8Array(Math.floor((packed.length * 7) / 8));
  let at = 0;
  let held = 0;
  let bits = 0;
  for (let place = 0; place < packed.length; place += 1) {
    held = ((held << 7) | (packed.charCodeAt(place) & 127)) & 0x7fff;
    bits += 7;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")));
}
