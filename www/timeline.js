// The failures of a recording along its time, as a picture made of SVG elements.

import { args, clock, text } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 60;
const STEP = 10;

/** The kinds of a bar, from below, with their names. */
const NAMES = { client: "www_kind_client", server: "www_kind_server", other: "www_kind_other" };
const KINDS = Object.keys(NAMES);

/**
 * The picture, with its meaning in words.
 * @param {{ from: number, to: number, bins: { client: number, server: number, other: number }[] }} time as `rows.js` counts it
 * @returns {HTMLElement}
 */
export function picture({ from, to, bins }) {
  const most = Math.max(...bins.map(bin => KINDS.reduce((sum, kind) => sum + bin[kind], 0)));
  const svg = shape("svg", { viewBox: `0 0 ${bins.length * STEP} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
    "aria-label": text("www_timeline", args({ count: most, name: clock(from), detail: clock(to) })) });
  bins.forEach((bin, index) => {
    let top = HEIGHT;
    for (const kind of KINDS) {
      const height = (bin[kind] / most) * (HEIGHT - 2);
      if (height === 0) continue;
      top -= height;
      svg.append(shape("rect", { class: kind, x: index * STEP + 1, y: top, width: STEP - 2, height }));
    }
  });
  const figure = document.createElement("figure");
  figure.className = "timepicture";
  const caption = document.createElement("figcaption");
  const times = [from, to].map(time => {
    const span = document.createElement("span");
    span.textContent = clock(time);
    return span;
  });
  const key = document.createElement("span");
  key.className = "key";
  for (const kind of KINDS) {
    const name = document.createElement("span");
    name.className = kind;
    name.textContent = text(NAMES[kind]);
    key.append(name, " ");
  }
  caption.append(times[0], key, times[1]);
  figure.append(svg, caption);
  return figure;
}

/** An SVG element. */
function shape(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
