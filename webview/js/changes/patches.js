// @ts-check
/**
 * Unified diffs, read for the eye: numbered rows, folds, two columns, the words that differ. Pure.
 *
 * @typedef {{ kind: "add" | "del" | "same" | "hunk", text: string, before?: number, after?: number }} PatchRow
 * @typedef {{ folded: boolean, rows: PatchRow[] }} PatchRun
 * @typedef {{ left: PatchRow | null, right: PatchRow | null }} PatchPair
 * @typedef {{ from: number, to: number }} Mark
 */

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;
const AROUND = 3; // unchanged lines that stay in sight beside a change
const FOLDED_FROM = 12; // unchanged lines in a row
const ALIKE = 0.3; // of a line: less in common is another line, not a changed one

/** The lines of a patch, with their numbers in both files. @param {string} patch @returns {PatchRow[]} */
export function patchRows(patch) {
  /** @type {PatchRow[]} */ const rows = [];
  let [before, after, leftBefore, leftAfter] = [0, 0, 0, 0];
  for (const line of linesOf(patch)) {
    const hunk = leftBefore <= 0 && leftAfter <= 0 ? HUNK.exec(line) : null;
    if (hunk) {
      [before, leftBefore, after, leftAfter] = [Number(hunk[1]), amount(hunk[2]), Number(hunk[3]), amount(hunk[4])];
      rows.push({ kind: "hunk", text: hunk[5] ?? "", before, after });
    } else if (leftBefore > 0 || leftAfter > 0) {
      const row = rowOf(line, before, after);
      if (!row) continue;
      if (row.kind !== "add") [before, leftBefore] = [before + 1, leftBefore - 1];
      if (row.kind !== "del") [after, leftAfter] = [after + 1, leftAfter - 1];
      rows.push(row);
    }
  }
  return rows;
}

/** Long stretches without a change are put aside. @param {PatchRow[]} rows @returns {PatchRun[]} */
export function foldedRuns(rows) {
  /** @type {PatchRun[]} */ const runs = [];
  const push = (/** @type {boolean} */ folded, /** @type {PatchRow[]} */ some) => {
    const last = runs.at(-1);
    if (!some.length) return;
    if (last && !last.folded && !folded) last.rows.push(...some);
    else runs.push({ folded, rows: [...some] });
  };
  for (const { from, to } of stretches(rows)) {
    const [head, tail] = [isEdge(rows[from - 1]) ? 0 : AROUND, isEdge(rows[to]) ? 0 : AROUND];
    const fold = rows[from]?.kind === "same" && to - from - head - tail >= FOLDED_FROM;
    push(false, rows.slice(from, fold ? from + head : to));
    if (fold) push(true, rows.slice(from + head, to - tail));
    if (fold) push(false, rows.slice(to - tail, to));
  }
  return runs;
}

/** Old on the left, new on the right. @param {PatchRow[]} rows @returns {PatchPair[]} */
export function patchPairs(rows) {
  /** @type {PatchPair[]} */ const pairs = [];
  for (const { gone, come, other } of changesIn(rows)) {
    for (let i = 0; i < Math.max(gone.length, come.length); i++)
      pairs.push({ left: gone[i] ?? null, right: come[i] ?? null });
    if (other) pairs.push({ left: other, right: other });
  }
  return pairs;
}

/** Which words of changed lines differ, by row. @param {PatchRow[]} rows @returns {Map<PatchRow, Mark>} */
export function wordMarks(rows) {
  const marks = new Map();
  for (const { gone, come } of changesIn(rows)) {
    if (gone.length !== come.length) continue;
    gone.forEach((row, i) => {
      const other = come[i];
      const found = other && changedWords(row.text, other.text);
      if (!found) return;
      marks.set(row, found[0]);
      marks.set(other, found[1]);
    });
  }
  return marks;
}

/** The part between what two lines begin and end with alike. @param {string} was @param {string} is @returns {[Mark, Mark] | null} */
function changedWords(was, is) {
  const shorter = Math.min(was.length, is.length);
  let head = 0;
  while (head < shorter && was[head] === is[head]) head++;
  let tail = 0;
  while (tail < shorter - head && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
  while (head > 0 && isWord(was[head - 1]) && (isWord(was[head]) || isWord(is[head]))) head--;
  while (tail > 0 && isWord(was.at(-tail)) && (isWord(was.at(-1 - tail)) || isWord(is.at(-1 - tail)))) tail--;
  if ((head + tail) / Math.max(was.trim().length, is.trim().length, 1) < ALIKE) return null;
  return [
    { from: head, to: was.length - tail },
    { from: head, to: is.length - tail },
  ];
}

/**
 * Runs of removed and added lines, each with the line that follows them.
 * @param {PatchRow[]} rows
 */
function* changesIn(rows) {
  /** @type {PatchRow[]} */ let gone = [];
  /** @type {PatchRow[]} */ let come = [];
  for (const row of rows) {
    if (row.kind === "del" && come.length) {
      yield { gone, come, other: null };
      [gone, come] = [[], []];
    }
    if (row.kind === "del") gone.push(row);
    else if (row.kind === "add") come.push(row);
    else {
      yield { gone, come, other: row };
      [gone, come] = [[], []];
    }
  }
  if (gone.length || come.length) yield { gone, come, other: null };
}

/** Neighbours of one kind: unchanged ones, and all others. @param {PatchRow[]} rows */
function* stretches(rows) {
  let from = 0;
  for (let to = 1; to <= rows.length; to++) {
    if (to < rows.length && (rows[to]?.kind === "same") === (rows[from]?.kind === "same")) continue;
    yield { from, to };
    from = to;
  }
}

/** Where a hunk begins or ends there is no change to stay beside. @param {PatchRow | undefined} row */
function isEdge(row) {
  return !row || row.kind === "hunk";
}

/** @param {string} line @param {number} before @param {number} after @returns {PatchRow | null} */
function rowOf(line, before, after) {
  const text = line.slice(1);
  if (line.startsWith("+")) return { kind: "add", text, after };
  if (line.startsWith("-")) return { kind: "del", text, before };
  return line.startsWith("\\") ? null : { kind: "same", text, before, after };
}

/** @param {string} patch */
function linesOf(patch) {
  return patch.replace(/\n$/, "").split("\n");
}

/** @param {string | undefined} count as in a hunk's head, where one line is not said */
function amount(count) {
  return count === undefined ? 1 : Number(count);
}

/** @param {string | undefined} char */
function isWord(char) {
  return char !== undefined && /[\p{L}\p{N}_]/u.test(char);
}
