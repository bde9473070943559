// @ts-check
import { describe, expect, test } from "vitest";
import { foldersAbove, hitParts, treeRows, treeStep } from "../../../webview/js/files/file-tree.js";

const entry = (/** @type {string} */ name, /** @type {"file" | "folder"} */ kind) => ({ name, kind });
const branches = new Map([
  ["", { path: "", entries: [entry("src", "folder"), entry("README.md", "file")], truncated: false }],
  ["src", { path: "src", entries: [entry("deep", "folder"), entry("a.js", "file")], truncated: true }],
  ["src/deep", /** @type {const} */ ("loading")],
]);
const rows = treeRows(branches, new Set(["src", "src/deep"]));

test("rows are what is open, each with its place for a screen reader", () => {
  expect(rows.map(({ path, level, position, amount }) => [path, level, position, amount])).toEqual([
    ["src", 1, 1, 2],
    ["src/deep", 2, 1, 2],
    ["src/deep/…", 3, 1, 1],
    ["src/a.js", 2, 2, 2],
    ["src/…more", 2, 1, 1],
    ["README.md", 1, 2, 2],
  ]);
});

test("a folder that could not be read says so, an empty one too", () => {
  const told = (/** @type {any} */ branch) => treeRows(new Map([["", branch]]), new Set()).map((row) => row.name);
  expect(told({ message: "Not allowed." })).toEqual(["Not allowed."]);
  expect(told({ path: "", entries: [], truncated: false })).toEqual(["Empty"]);
});

describe("keys", () => {
  test.each([
    ["src", "ArrowDown", { to: "src/deep" }],
    ["src/a.js", "ArrowDown", { to: "README.md" }],
    ["src", "ArrowUp", null],
    ["src", "ArrowRight", { to: "src/deep" }],
    ["src/deep", "ArrowLeft", { toggle: "src/deep" }],
    ["src/a.js", "ArrowLeft", { to: "src" }],
    ["README.md", "ArrowRight", null],
    ["src", "End", { to: "README.md" }],
    ["README.md", "Home", { to: "src" }],
    ["src", "r", { to: "README.md" }],
    ["src", "z", null],
    ["src", "Tab", null],
  ])("%s, %s", (path, key, step) => {
    expect(treeStep(rows, path, key)).toEqual(step);
  });
});

test("the folders above a file", () => {
  expect(foldersAbove("a/b/c.js")).toEqual(["a", "a/b"]);
  expect(foldersAbove("c.js")).toEqual([]);
});

test.each([
  ["src/parser.py", "PARS", "src/|*pars*|er.py"],
  ["src/parser.py", "**/*.py", "src/parser|*.py*"],
  ["src/a.js", "zzz", "src/a.js"],
])("what a search found in %s for %s", (path, pattern, marked) => {
  expect(
    hitParts(path, pattern)
      .map(({ text, hit }) => (hit ? `*${text}*` : text))
      .join("|"),
  ).toBe(marked);
});
