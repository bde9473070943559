// @ts-check
/**
 * A patch as elements: one column or two, unchanged stretches folded, long ones in patchPieces.
 * @import { Mark, PatchPair, PatchRow } from "./patches.js"
 */
import { h } from "../html.js";
import { foldedRuns, patchPairs, patchRows, wordMarks } from "./patches.js";

const PIECE = 200; // rows that the browser lays out together, and only near what is in sight
const ROWS_SHOWN = 2_000; // rows before somebody asks for the rest

/** @param {string} patch @param {boolean} beside old and new in two columns @returns {HTMLElement[]} */
export function patchElements(patch, beside) {
  const rows = patchRows(patch);
  const first = rows.slice(0, ROWS_SHOWN);
  const elements = runElements(first, beside);
  if (rows.length <= ROWS_SHOWN) return elements;
  return [
    ...elements,
    unfolder(`Show ${rows.length - ROWS_SHOWN} more lines`, () => runElements(rows.slice(ROWS_SHOWN), beside)),
  ];
}

/** @param {PatchRow[]} rows @param {boolean} beside @returns {HTMLElement[]} */
function runElements(rows, beside) {
  const marks = wordMarks(rows);
  return foldedRuns(rows).flatMap((run) => {
    /** @returns {HTMLElement[]} */
    const draw = () => patchPieces(run.rows, marks, beside);
    return run.folded ? [unfolder(`${run.rows.length} unchanged lines`, draw)] : draw();
  });
}

/** @param {PatchRow[]} rows @param {Map<PatchRow, Mark>} marks @param {boolean} beside */
function patchPieces(rows, marks, beside) {
  const elements = beside
    ? patchPairs(rows.filter(isWorthSaying)).map((pair) => pairElement(pair, marks))
    : rows.filter(isWorthSaying).map((row) => rowElement(row, marks.get(row)));
  const found = [];
  for (let at = 0; at < elements.length; at += PIECE) {
    const some = elements.slice(at, at + PIECE);
    found.push(h("div", { class: "patch-piece", style: { "--rows": String(some.length) } }, ...some));
  }
  return found;
}

/** @param {string} label @param {() => HTMLElement[]} draw */
function unfolder(label, draw) {
  const click = () => {
    const drawn = draw();
    button.replaceWith(...drawn);
    const [first] = drawn;
    if (first) first.tabIndex = -1;
    first?.focus({ preventScroll: true }); // where the button was, for whoever goes by keyboard
  };
  const button = h("button", { type: "button", class: "patch-fold", on: { click } }, label);
  return button;
}

/** @param {PatchRow} row @param {Mark | undefined} mark */
function rowElement(row, mark) {
  if (row.kind === "hunk") return hunkElement(row);
  const numbers = { "data-before": row.before ?? "", "data-after": row.after ?? "" };
  return h("i", { class: row.kind, ...numbers }, h("b", null, SIGNS[row.kind]), ...textOf(row, mark));
}

const SIGNS = { add: "+", del: "−", same: " ", hunk: "" };

/** @param {PatchPair} pair @param {Map<PatchRow, Mark>} marks */
function pairElement({ left, right }, marks) {
  if (left?.kind === "hunk") return hunkElement(left);
  return h("div", { class: "patch-pair" }, pairCell(left, left?.before, marks), pairCell(right, right?.after, marks));
}

/** @param {PatchRow | null} row @param {number | undefined} number @param {Map<PatchRow, Mark>} marks */
function pairCell(row, number, marks) {
  if (!row) return h("i", { class: "none-here" });
  return h(
    "i",
    { class: row.kind, "data-number": number ?? "" },
    h("b", null, SIGNS[row.kind]),
    ...textOf(row, marks.get(row)),
  );
}

/** That a file begins with its first line needs no words. @param {PatchRow} row */
function isWorthSaying({ kind, after = 0, text }) {
  return kind !== "hunk" || after > 1 || text !== "";
}

/** @param {PatchRow} row */
function hunkElement({ text, after }) {
  return h("i", { class: "hunk" }, `Line ${after}`, text ? ` · ${text}` : null);
}

/** @param {PatchRow} row @param {Mark | undefined} mark */
function textOf({ text }, mark) {
  if (!text) return [" "]; // a row without any text would be lost when it is copied
  if (!mark || mark.from >= mark.to) return [text];
  return [text.slice(0, mark.from), h("mark", null, text.slice(mark.from, mark.to)), text.slice(mark.to)];
}
