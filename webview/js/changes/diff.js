// @ts-check
/**
 * Reads unified diffs for display.
 * @typedef {{ kind: "add" | "del" | "same" | "hunk", text: string }} DiffLine
 */

/** @param {string} patch @returns {DiffLine[]} */
export function diffLines(patch) {
  /** @type {DiffLine[]} */
  const lines = [];
  let inHunk = !/^@@/m.test(patch);
  for (const line of patch.replace(/\n$/, "").split("\n")) {
    if (line.startsWith("@@")) {
      inHunk = true;
      lines.push({ kind: "hunk", text: line });
    } else if (inHunk && !line.startsWith("\\")) lines.push(lineOf(line));
  }
  return lines;
}

/** @param {string} line @returns {DiffLine} */
function lineOf(line) {
  if (line.startsWith("+")) return { kind: "add", text: line.slice(1) };
  if (line.startsWith("-")) return { kind: "del", text: line.slice(1) };
  return { kind: "same", text: line.replace(/^ /, "") };
}
