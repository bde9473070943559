/** Takes a unified diff back out of a text. Pure. */

const HUNK = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/;
const NO_NEWLINE = "\\ No newline at end of file";

interface Hunk {
  /** Where its new lines start, counted from 0. */
  start: number;
  before: string[];
  after: string[];
}

/** Return the text before `patch` was applied; undefined if `text` is not what the patch made. */
export function unapply(text: string, patch: string): string | undefined {
  const lines = linesOf(text);
  for (const hunk of hunksOf(patch).reverse()) {
    const found = lines.slice(hunk.start, hunk.start + hunk.after.length);
    if (found.length !== hunk.after.length || found.some((line, index) => line !== hunk.after[index])) return undefined;
    lines.splice(hunk.start, hunk.after.length, ...hunk.before);
  }
  return lines.join("");
}

/** Lines with their ends, so that a missing last newline is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function hunksOf(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let hunk: Hunk | undefined;
  let last: string[][] = [];
  for (const line of patch.replace(/\n$/, "").split("\n")) {
    const [, start, count] = HUNK.exec(line) ?? [];
    if (start !== undefined) {
      hunk = { start: count === "0" ? Number(start) : Number(start) - 1, before: [], after: [] };
      hunks.push(hunk);
    } else if (hunk && line === NO_NEWLINE) for (const side of last) side.push(side.pop()?.slice(0, -1) ?? "");
    else if (hunk) last = add(hunk, line);
  }
  return hunks;
}

/** Add a line to the sides it is on, and return them. */
function add({ before, after }: Hunk, line: string): string[][] {
  const sides = line.startsWith("+") ? [after] : line.startsWith("-") ? [before] : [before, after];
  for (const side of sides) side.push(`${line.slice(1)}\n`);
  return sides;
}
