// @ts-check
/** @import { Line } from "./lines.js" */
import { plural } from "../format.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";

/** The way back to the end, and how much came since the reader left it. */
export class JumpToLatest {
  /** @type {string | undefined} the last line while the reader was at the end */ #seen;
  words = h("span");

  /** @param {() => void} click */
  constructor(click) {
    this.element = h("button", { type: "button", class: "jump", on: { click } }, icon("down"), this.words);
  }

  /** Another session. */
  forget() {
    this.#seen = undefined;
  }

  /** @param {boolean} away @param {readonly Line[]} lines */
  tell(away, lines) {
    if (!away) this.#seen = lines.at(-1)?.id;
    const fresh = this.#seen ? lines.length - 1 - lines.findLastIndex((line) => line.id === this.#seen) : 0;
    setText(this.words, fresh > 0 && fresh < lines.length ? `Jump to latest · ${fresh} new` : "Jump to latest");
    this.element.title = fresh > 0 ? `${plural(fresh, "new entry", "new entries")} since you left the end` : "";
  }
}

/** What stands where a transcript could not be loaded. @param {string} text @param {() => void} click */
export function failedEnd(text, click) {
  return [h("p", null, text), h("button", { type: "button", class: "button", on: { click } }, "Try again")];
}
