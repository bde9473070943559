// @ts-check
/** @import * as P from "../protocol.gen" */
import { diffLines } from "../changes/diff.js";
import { wordMarks } from "../changes/patches.js";
import { define } from "../element.js";
import { h } from "../html.js";

const FOLD_AT = 400; // lines

/** One file's change, coloured; long ones are folded until asked for. */
class DiffView extends HTMLElement {
  /**
   * @param {P.FileDiff} file
   * @param {{ heading: boolean, whole: boolean }} options
   */
  show(file, options) {
    if (this.file === file) return;
    this.file = file;
    const lines = diffLines(file.patch ?? "");
    const body = h("pre", { class: "diff", tabindex: "0", "aria-label": `Changes in ${file.path}` });
    const shown = options.whole ? lines : lines.slice(0, FOLD_AT);
    const marks = wordMarks(lines);
    body.append(...shown.map((line) => lineElement(line, marks.get(line))));
    this.replaceChildren(
      ...(options.heading ? [fileHeading(file)] : []),
      ...(lines.length && file.patch ? [body] : [h("p", { class: "no-diff" }, noPatch(file))]),
    );
    if (shown.length < lines.length) this.append(this.#more(body, lines, shown.length));
  }

  /** @param {HTMLElement} body @param {ReturnType<typeof diffLines>} lines @param {number} from */
  #more(body, lines, from) {
    const click = (/** @type {{ currentTarget: HTMLElement }} */ event) => {
      const marks = wordMarks(lines);
      body.append(...lines.slice(from).map((line) => lineElement(line, marks.get(line))));
      event.currentTarget.remove();
    };
    return h("button", { type: "button", class: "link more", on: { click } }, `Show ${lines.length - from} more lines`);
  }

  /** @type {P.FileDiff | undefined} */ file;
}

/** @param {P.FileDiff} file */
function fileHeading(file) {
  const added = file.additions ? h("span", { class: "plus" }, `+${file.additions}`) : null;
  const removed = file.deletions ? h("span", { class: "minus" }, `−${file.deletions}`) : null;
  return h(
    "p",
    { class: "diff-head" },
    h("code", null, file.path),
    h("span", { class: "amount" }, added, " ", removed),
  );
}

/** @param {ReturnType<typeof diffLines>[number]} line @param {{ from: number, to: number } | undefined} mark words that differ */
function lineElement({ kind, text }, mark) {
  const sign = { add: "+ ", del: "- ", same: "  ", hunk: "" }[kind];
  if (!mark || mark.from >= mark.to) return h("i", { class: kind }, sign + text);
  const words = h("mark", null, text.slice(mark.from, mark.to));
  return h("i", { class: kind }, sign + text.slice(0, mark.from), words, text.slice(mark.to));
}

/** @param {P.FileDiff} file */
function noPatch(file) {
  return { added: "New file", deleted: "File deleted", modified: "No text to compare" }[file.status];
}

define("diff-view", DiffView);
