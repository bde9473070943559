// @ts-check
import { expect, test } from "vitest";
import { colouredLines, fileLanguage } from "../../../webview/js/transcript/code-colours.js";
import { codePieces, textLines } from "../../../webview/js/transcript/code-lines.js";
import hljs from "../../../webview/js/vendor/highlight.js";

/** @param {(string | Node)[][]} lines */
const asText = (lines) =>
  lines.map((parts) => parts.map((part) => (typeof part === "string" ? part : part.textContent)).join(""));

test("colours that span lines are split, and every character stays", () => {
  const text = "const a = `one\ntwo`;\n/* three\n   <img src=x> */\n";
  const lines = colouredLines(hljs, text, "javascript");
  if (!lines) throw new Error("no colours");
  expect(asText(lines).join("\n")).toBe(text);
  const classes = lines[2]?.map((part) => (part instanceof Element ? part.className : ""));
  expect(classes).toEqual(["hl-comment"]);
});

test.each([
  ["src/a.py", "py"],
  ["x/module.mjs", "javascript"],
  ["notes.qqq", ""],
  ["LICENSE", ""],
])("%s", (path, language) => {
  expect(fileLanguage(hljs, path)).toBe(language);
});

test("what is very long stays without colours", () => {
  expect(colouredLines(hljs, "x".repeat(200_001), "javascript")).toBeNull();
});

test("lines are numbered in pieces; their ends are those of any system", () => {
  const lines = textLines("a\r\nb\rc\n");
  expect(lines).toEqual(["a", "b", "c"]);
  const pieces = codePieces(Array.from({ length: 450 }, (_, i) => [`line ${i}`]));
  expect(pieces.map((piece) => piece.childElementCount)).toEqual([200, 200, 50]);
  expect(pieces[2]?.lastElementChild?.getAttribute("data-line")).toBe("450");
});
