// @ts-check
import { describe, expect, test } from "vitest";
import { foldedRuns, patchPairs, patchRows, wordMarks } from "../../../webview/js/changes/patches.js";

const PATCH =
  "--- a\n+++ b\n@@ -3,3 +3,4 @@ def parse():\n one\n-two = 1\n+two = 2\n+half\n three\n\\ No newline at end of file\n";
const long = (/** @type {number} */ amount) => Array.from({ length: amount }, (_, i) => ` line ${i}`).join("\n");

describe("the rows of a patch", () => {
  test("carry their numbers in both files; heads and remarks are no rows", () => {
    expect(patchRows(PATCH)).toEqual([
      { kind: "hunk", text: "def parse():", before: 3, after: 3 },
      { kind: "same", text: "one", before: 3, after: 3 },
      { kind: "del", text: "two = 1", before: 4 },
      { kind: "add", text: "two = 2", after: 4 },
      { kind: "add", text: "half", after: 5 },
      { kind: "same", text: "three", before: 5, after: 6 },
    ]);
  });

  test("inside a hunk, what looks like a head is a line", () => {
    const rows = patchRows("@@ -1,2 +1,1 @@\n--- a/x\n-@@ -1 +1 @@\n+++ b/x\n");
    expect(rows.map(({ kind, text }) => [kind, text]).slice(1)).toEqual([
      ["del", "-- a/x"],
      ["del", "@@ -1 +1 @@"],
      ["add", "++ b/x"],
    ]);
  });

  test.each(["", "\n", "Binary files differ", "@@ nonsense @@", "@@ -1,9 +1,9 @@"])("%j does no harm", (patch) => {
    expect(patchRows(patch).filter((row) => row.kind !== "hunk")).toEqual([]);
  });
});

describe("unchanged lines", () => {
  const rows = patchRows(`@@ -1,61 +1,61 @@\n${long(30)}\n-old\n+new\n${long(30)}\n`);

  test("are put aside, but for those beside a change", () => {
    const runs = foldedRuns(rows);
    expect(runs.map((run) => [run.folded, run.rows.length])).toEqual([
      [false, 1],
      [true, 27],
      [false, 8],
      [true, 27],
    ]);
    expect(runs.flatMap((run) => run.rows)).toEqual(rows);
  });

  test("stay when they are few", () => {
    expect(foldedRuns(patchRows(`@@ -1,9 +1,9 @@\n${long(8)}\n-a\n+b\n`)).map((run) => run.folded)).toEqual([false]);
  });
});

test("two columns: what was changed side by side, what is only new beside nothing", () => {
  const shown = patchPairs(patchRows(PATCH)).map(({ left, right }) => [left?.text ?? null, right?.text ?? null]);
  expect(shown).toEqual([
    ["def parse():", "def parse():"],
    ["one", "one"],
    ["two = 1", "two = 2"],
    [null, "half"],
    ["three", "three"],
  ]);
});

describe("the words that differ", () => {
  const marked = (/** @type {string} */ was, /** @type {string} */ is) => {
    const rows = patchRows(`@@ -1 +1 @@\n-${was}\n+${is}\n`);
    const marks = wordMarks(rows);
    return rows.slice(1).map((row) => row.text.slice(marks.get(row)?.from ?? 0, marks.get(row)?.to ?? 0));
  };

  test.each([
    ["const delay = 1000;", "const delay = 2000;", ["1000", "2000"]],
    ["return parse(text)", "return parse(text, strict)", ["", ", strict"]],
    ["let count = 1", "let counter = 1", ["count", "counter"]],
    ["aaa bbb", "ccc ddd eee", ["", ""]],
  ])("%j → %j", (was, is, words) => {
    expect(marked(was, is)).toEqual(words);
  });

  test("are not looked for where lines came and went in different numbers", () => {
    const rows = patchRows("@@ -1,2 +1 @@\n-let a = 1\n-let b = 1\n+let a = 2\n");
    expect(wordMarks(rows).size).toBe(0);
  });
});
