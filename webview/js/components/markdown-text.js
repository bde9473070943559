// @ts-check
import { define } from "../element.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";
import { blocksOf, renderBlock } from "../markdown.js";

const LONG = 20_000; // characters: beyond it, redraw less often
const REDRAW = 40; // ms between drawings while it streams
const REDRAW_LONG = 160; // ms

/** Markdown that may still be written: new text is typed, finished blocks are left alone. */
class MarkdownText extends HTMLElement {
  #target = "";
  #shown = 0;
  #drawnAt = 0;
  #frame = 0;

  disconnectedCallback() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /**
   * @param {string} text
   * @param {boolean} streaming
   */
  show(text, streaming) {
    const fresh = this.#target === "" || !text.startsWith(this.#target.slice(0, this.#shown));
    this.toggleAttribute("data-streaming", streaming);
    if (text === this.#target) return;
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
    this.#shown += Math.max(2, Math.ceil(behind / 8));
    const pause = this.#target.length > LONG ? REDRAW_LONG : REDRAW;
    if (now - this.#drawnAt >= pause || this.#shown >= this.#target.length) {
      this.#drawnAt = now;
      this.#draw();
    }
    this.#frame = requestAnimationFrame((next) => this.#type(next));
  }

  #draw() {
    const blocks = blocksOf(wholeCharacters(this.#target.slice(0, this.#shown)));
    let index = 0;
    keyed(this, blocks, (block) => `${index++} ${block.type}`, makeBlock, updateBlock);
  }
}

function makeBlock() {
  return h("div", { class: "block" });
}

/** @type {WeakMap<Element, string>} */
const drawn = new WeakMap();

/** @param {HTMLElement} element @param {ReturnType<typeof blocksOf>[number]} block */
function updateBlock(element, block) {
  if (drawn.get(element) === block.raw) return;
  drawn.set(element, block.raw);
  element.replaceChildren(renderBlock(block));
  for (const code of element.querySelectorAll("pre")) code.before(copyButton(code));
  for (const table of element.querySelectorAll("table")) wrap(table);
}

/** @param {HTMLElement} code */
function copyButton(code) {
  const click = () => navigator.clipboard?.writeText(code.textContent ?? "");
  return h(
    "button",
    { type: "button", class: "icon-button copy", "aria-label": "Copy code", on: { click } },
    icon("copy"),
  );
}

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
