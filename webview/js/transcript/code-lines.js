// @ts-check
/** A text as numbered lines. */
import { h } from "../html.js";

const CODE_PIECE = 200; // lines that the browser lays out together, and only near what is in sight

/** @param {(string | Node)[][]} lines parts of each line @returns {HTMLElement[]} */
export function codePieces(lines) {
  const found = [];
  for (let at = 0; at < lines.length; at += CODE_PIECE) {
    const some = lines.slice(at, at + CODE_PIECE);
    const rows = some.map((parts, i) => h("i", { "data-line": at + i + 1 }, ...(isEmpty(parts) ? [" "] : parts)));
    found.push(h("div", { class: "code-piece", style: { "--rows": String(some.length) } }, ...rows));
  }
  return found;
}

/** A row without any text would be lost when it is copied: it gets a space. @param {(string | Node)[]} parts */
function isEmpty(parts) {
  return !parts.some((part) => (typeof part === "string" ? part : part.textContent));
}

/** @param {string} text @returns {string[]} */
export function textLines(text) {
  return text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
}
