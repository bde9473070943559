// @ts-check
import { define } from "../element.js";
import { h, setAttribute } from "../html.js";
import { terminalPieces, terminalText, wornColour } from "../transcript/terminal.js";

const HEAD_LINES = 12;
const TAIL_LINES = 24;
const SPARED = 20; // lines that are worth a button
const LONGEST_LINE = 4_000; // characters

/** What a program printed: with its colours, its beginning and its end; all of it when asked for. */
class ToolOutput extends HTMLElement {
  #whole = false;

  /** @param {string} text @param {string} kind */
  show(text, kind) {
    if (text === this.text) return;
    this.text = text;
    this.kind = kind;
    this.#draw();
  }

  #draw() {
    const lines = terminalText(this.text ?? "")
      .trimEnd()
      .split("\n");
    const hidden = this.#whole ? 0 : lines.length - HEAD_LINES - TAIL_LINES;
    if (hidden <= SPARED) return this.#fill([this.#part(0, lines)]);
    const more = h(
      "button",
      { type: "button", class: "more-lines", on: { click: () => this.#all() } },
      `Show all ${lines.length} lines`,
    );
    this.#fill([this.#part(0, lines.slice(0, HEAD_LINES)), more, this.#part(1, lines.slice(-TAIL_LINES))]);
  }

  #all() {
    this.#whole = true;
    this.#draw();
    this.querySelector("pre")?.focus();
  }

  /** @param {number} index @param {string[]} lines */
  #part(index, lines) {
    const known = this.querySelectorAll("pre")[index];
    const pre = known ?? h("pre", { class: this.kind ?? "output", tabindex: "0" });
    setAttribute(pre, "aria-label", this.kind === "error" ? "Error" : "Output");
    const atEnd = pre.scrollHeight - pre.scrollTop - pre.clientHeight < 8;
    pre.replaceChildren(...terminalPieces(lines.map(cut)).map(pieceElement));
    if (atEnd) requestAnimationFrame(() => (pre.scrollTop = pre.scrollHeight)); // output grows at its end
    return pre;
  }

  /** @param {HTMLElement[]} parts */
  #fill(parts) {
    if (parts.length !== this.children.length || parts.some((part, i) => part !== this.children[i]))
      this.replaceChildren(...parts);
  }

  /** @type {string | undefined} */ text;
  /** @type {string | undefined} */ kind;
}

/** @param {string} line */
function cut(line) {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

/** @param {import("../vendor/ansi.js").Token} piece @returns {Node} */
function pieceElement({ value, foreground, background, decorations }) {
  if (!foreground && !background && !decorations.size) return document.createTextNode(value);
  const reversed = decorations.has("reverse");
  const [front, back] = [
    wornColour(reversed ? background : foreground),
    wornColour(reversed ? foreground : background),
  ];
  const style = { ...(front.css && { "--front": front.css }), ...(back.css && { "--back": back.css }) };
  const names = [
    front.name && `ansi-${front.name}`,
    front.css && "ansi-front",
    back.name && `ansi-on-${back.name}`,
    back.css && "ansi-back",
    reversed && !back.name && !back.css && "ansi-reverse",
    ...["bold", "dim", "italic", "underline", "strikethrough"]
      .filter((one) => decorations.has(one))
      .map((one) => `ansi-${one}`),
  ];
  return h("span", { class: names.filter(Boolean).join(" "), style }, value);
}

define("tool-output", ToolOutput);
