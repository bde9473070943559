// @ts-check

import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { colourCode, frameCode } from "../transcript/code-block.js";
import { pathInCode } from "../transcript/code-paths.js";
import { blocksOf, renderBlock } from "../transcript/markdown.js";

const LONG = 20_000; // characters: beyond it, redraw less often
const REDRAW = 40; // ms between drawings while it streams
const REDRAW_LONG = 160; // ms

/** Markdown that may still be written: new text is typed, finished blocks are left alone. */
class MarkdownText extends PilotElement {
  #target = "";
  #shown = 0;
  #drawnAt = 0;
  #frame = 0;
  #streaming = false;
  #directory = "";

  /** It may have been moved while it was typed. */
  connectedCallback() {
    super.connectedCallback();
    if (this.#shown < this.#target.length) this.#frame ||= requestAnimationFrame((now) => this.#type(now));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /**
   * @param {string} text
   * @param {boolean} streaming
   * @param {string} [directory] that relative paths begin in
   */
  show(text, streaming, directory = "") {
    const fresh = this.#target === "" || !text.startsWith(this.#target.slice(0, this.#shown));
    const ended = this.#streaming && !streaming;
    this.#streaming = streaming;
    this.#directory = directory;
    this.toggleAttribute("data-streaming", streaming);
    if (text === this.#target) return ended && this.#shown === text.length ? this.#draw() : undefined;
    this.#target = text;
    if (fresh || (!streaming && text.length - this.#shown > 4_000) || stillness()) this.#shown = text.length;
    if (this.#shown === text.length) this.#draw();
    else this.#frame ||= requestAnimationFrame((now) => this.#type(now));
  }

  /** Type a little more: faster the further behind. @param {number} now */
  #type(now) {
    this.#frame = 0;
    const behind = this.#target.length - this.#shown;
    if (behind <= 0) return;
    this.#shown = stillness() ? this.#target.length : this.#shown + Math.max(2, Math.ceil(behind / 8));
    const pause = this.#target.length > LONG ? REDRAW_LONG : REDRAW;
    if (now - this.#drawnAt >= pause || this.#shown >= this.#target.length) {
      this.#drawnAt = now;
      this.#draw();
    }
    this.#frame = requestAnimationFrame((next) => this.#type(next));
  }

  #draw() {
    const blocks = blocksOf(wholeCharacters(this.#target.slice(0, this.#shown)));
    const whole = !this.#streaming && this.#shown >= this.#target.length;
    const last = blocks.at(-1);
    let index = 0;
    keyed(
      this,
      blocks,
      (block) => `${index++} ${block.type}`,
      () => h("div", { class: "block" }),
      (element, block) => this.#update(element, block, whole || block !== last),
    );
  }

  /** @param {HTMLElement} element @param {ReturnType<typeof blocksOf>[number]} block @param {boolean} finished */
  #update(element, block, finished) {
    if (drawnRaw.get(element) !== block.raw) {
      drawnRaw.set(element, block.raw);
      element.replaceChildren(renderBlock(block));
      for (const table of element.querySelectorAll("table")) wrap(table);
      for (const pre of element.querySelectorAll("pre")) frameCode(pre, (text) => this.actions.reading.copy(text));
      for (const code of element.querySelectorAll("code")) this.#link(code);
      coloured.delete(element);
    }
    if (!finished || coloured.has(element)) return;
    coloured.add(element);
    for (const pre of element.querySelectorAll("pre")) colourCode(pre);
  }

  /** A path in the text opens its file, where files can be opened. @param {HTMLElement} code */
  #link(code) {
    const path = code.closest("pre, a") ? null : pathInCode(code.textContent ?? "", this.#directory);
    if (!path || !this.actions.reading.opens(path)) return;
    const open = () => this.actions.reading.openPath(path);
    const link = h("button", { type: "button", class: "path-link", title: `Open ${path}`, on: { click: open } });
    code.replaceWith(link);
    link.append(code);
  }
}

/** @type {WeakMap<Element, string>} */
const drawnRaw = new WeakMap();
/** @type {WeakSet<Element>} */
const coloured = new WeakSet();

/** @param {Element} table */
function wrap(table) {
  const frame = h("div", { class: "table-frame", tabindex: "0" });
  table.replaceWith(frame);
  frame.append(table);
}

/** Do not cut a surrogate pair in two. @param {string} text */
function wholeCharacters(text) {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function stillness() {
  return document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
}

define("markdown-text", MarkdownText);
