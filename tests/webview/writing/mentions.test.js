// @ts-check
import { describe, expect, test } from "vitest";
import { askedAt, withChosen } from "../../../webview/js/writing/mentions.js";

/** The caret is where the bar stands. @param {string} text */
function at(text) {
  return askedAt(text.replace("|", ""), text.indexOf("|"));
}

/** @param {string} text @param {string} chosen */
function chosen(text, chosen) {
  const plain = text.replace("|", "");
  const asked = askedAt(plain, text.indexOf("|"));
  if (!asked) throw new Error("nothing is asked");
  const after = withChosen(plain, asked, chosen);
  return `${after.text.slice(0, after.caret)}|${after.text.slice(after.caret)}`;
}

describe("a file is asked for", () => {
  test.each([
    ["look at @src/ca|", "src/ca"],
    ["@|", ""],
    ["(@a|)", "a"],
    ["one\n@two|", "two"],
    ["see @a|bc", "a"],
  ])("in %s", (text, query) => expect(at(text)).toMatchObject({ kind: "file", query }));

  test.each(["mail me@home|", "@done now|", "plain|", "@a@b|"])("not in %s", (text) => expect(at(text)).toBeNull());
});

describe("a command is asked for", () => {
  test.each([
    ["/|", ""],
    ["/rev|", "rev"],
    ["/rev|iew", "rev"],
  ])("in %s", (text, query) => expect(at(text)).toMatchObject({ kind: "command", query }));
  test.each(["say /rev|", "/review now|", "\n/rev|"])("not in %s", (text) => expect(at(text)).toBeNull());
});

describe("what is chosen takes the place of the word", () => {
  test.each([
    ["see @ca|", "src/cart.py", "see @src/cart.py |"],
    ["see @ca|rt and go", "src/cart.py", "see @src/cart.py |and go"],
    ["@s|", "src/", "@src/|"],
    ["/re|", "review", "/review |"],
  ])("%s", (text, path, expected) => expect(chosen(text, path)).toBe(expected));
});
