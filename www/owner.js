// The owner's part of a diagnosis, behind its switch: its style and its texts are loaded when it is first wanted.

import { addTexts } from "./browser.js";
import { drawPart } from "./owner/draw.js";
import { unpack } from "./packed.js";

/** Under which name the switch is remembered. */
const KEY = "readmit-owner";

/** What was loaded once. */
let loaded;

/** The switch, the place below it, and where the part of a row comes from. */
export class Owner {
  #section;
  #box;
  #place;
  #ask;
  #say;
  #row;
  #part;

  /**
   * @param {HTMLElement} section
   * @param {(row: number) => Promise<object | null>} ask for what there is to draw
   * @param {(element: HTMLElement, place: (said: HTMLElement) => void) => Promise<void>} copy
   */
  constructor(section, ask, copy) {
    this.#section = section;
    [this.#box, this.#place] = ["[role=switch]", "[data-owner]"].map(one => section.querySelector(one));
    this.#ask = ask;
    this.#say = copy;
    this.#box.checked = remembered();
    this.#box.addEventListener("change", () => {
      remember(this.#box.checked);
      void this.show(this.#row);
    });
    this.#place.addEventListener("click", event => this.#onClick(event));
  }

  /** Shows the part of a row where the switch is on; of none, where nothing failed. */
  async show(row) {
    this.#row = row;
    this.#section.hidden = row === undefined;
    if (row === undefined || !this.#box.checked) return this.#place.replaceChildren();
    const [part] = await Promise.all([this.#ask(row), (loaded ??= load())]);
    if (row !== this.#row || !part) return;
    this.#part = part;
    this.#place.replaceChildren(...drawPart(part, { guide: topic => `guide/topic-${topic}.html`, exports: false }));
  }

  #onClick(event) {
    const { command, copy } = event.target.closest("button")?.dataset ?? {};
    const shown = this.#place.querySelector("pre[data-commands]");
    if (command) {
      for (const button of this.#place.querySelectorAll("button[data-command]")) {
        button.setAttribute("aria-pressed", String(button.dataset.command === command));
      }
      shown.textContent = this.#part.commands.find(one => one.id === command).text;
    }
    if (copy) void this.#say(shown, said => event.target.after(said));
  }
}

/** Adds the texts and the style of this part. */
async function load() {
  const { default: packed } = await import("./owner-texts.js");
  addTexts(await unpack(packed).json());
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "owner/owner.css" });
  const done = new Promise(resolve => (link.onload = link.onerror = resolve));
  document.head.append(link);
  await done;
}

/** A browser may forbid the page to remember anything: then the switch holds for this visit. */
function remembered() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

function remember(on) {
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}
