// @ts-check
/**
 * How tall lines are: measured once they were drawn, estimated before.
 * @import { Line } from "./lines.js"
 */
const TEXT_ROW = 22; // px
const TEXT_COLUMN = 88; // characters in a row

/** @param {Line} line */
export function keyOfLine(line) {
  return `${line.kind} ${line.id}`;
}

/** @type {WeakMap<object, number>} */
const guesses = new WeakMap();

/** @param {Line} line @returns {number} px */
export function guessHeight(line) {
  const known = guesses.get(line);
  if (known !== undefined) return known;
  const guess = guessed(line);
  guesses.set(line, guess);
  return guess;
}

/** @param {Line} line */
function guessed(line) {
  if (line.kind === "hole") return line.amount * 70;
  if (line.kind === "text") return 16 + textRows(line.text) * TEXT_ROW;
  if (line.kind === "prompt" || line.kind === "outgoing") return 40 + textRows(line.text) * TEXT_ROW;
  if (line.kind === "tool") return 56 + Math.min(60, changedLines(line)) * 20;
  return 40;
}

/** @param {string} text */
function textRows(text) {
  let breaks = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) breaks++;
  return breaks + text.length / TEXT_COLUMN / 2;
}

/** @param {import("../protocol.gen").ToolItem} item */
function changedLines(item) {
  return item.files.reduce((sum, file) => sum + (file.patch ? file.additions + file.deletions : 0), 0);
}

/** Heights by line, and which lines a stretch of the log shows. */
export class Heights {
  /** @type {Map<string, number>} */ #measured = new Map();

  /** @param {Line} line */
  of(line) {
    return this.#measured.get(keyOfLine(line)) ?? guessHeight(line);
  }

  /** @param {string} key @param {number} height */
  set(key, height) {
    this.#measured.set(key, height);
  }

  clear() {
    this.#measured.clear();
  }

  /** @param {readonly Line[]} lines @param {number} from @param {number} to */
  between(lines, from, to) {
    let sum = 0;
    for (let i = from; i < to; i++) sum += this.of(/** @type {Line} */ (lines[i])); // SAFETY: from ≤ i < to ≤ length
    return sum;
  }

  /** The line at a distance from the top, and how far into it. @param {readonly Line[]} lines @param {number} y */
  at(lines, y) {
    let top = 0;
    for (const [index, line] of lines.entries()) {
      const height = this.of(line);
      if (top + height > y || index === lines.length - 1) return { index, offset: top - y };
      top += height;
    }
    return { index: 0, offset: 0 };
  }

  /**
   * The lines around one: `before` px above its top, `after` px below it.
   * @param {readonly Line[]} lines
   * @param {number} index
   * @param {number} before
   * @param {number} after
   */
  around(lines, index, before, after) {
    let from = index;
    for (let room = before; from > 0 && room > 0; from--) room -= this.of(/** @type {Line} */ (lines[from - 1])); // SAFETY: from > 0
    let to = index;
    for (let room = after; to < lines.length && room > 0; to++) room -= this.of(/** @type {Line} */ (lines[to])); // SAFETY: to < length
    return { from, to };
  }
}
