// @ts-check
import { describe, expect, test } from "vitest";
import { fuzzy } from "../../../webview/js/palette/fuzzy.js";

/** The letters that fitted, in brackets. @param {string} query @param {string} text */
function shown(query, text) {
  const fit = fuzzy(query, text);
  return fit && [...text].map((letter, index) => (fit.at.includes(index) ? `[${letter}]` : letter)).join("");
}

/** @param {string} query @param {string[]} texts */
const best = (query, texts) =>
  texts.map((text) => ({ text, score: fuzzy(query, text)?.score ?? -Infinity })).sort((a, b) => b.score - a.score)[0]
    ?.text;

describe("what fits", () => {
  test.each([
    ["cart", "Fix the cart", "Fix the [c][a][r][t]"],
    ["fc", "Fix the cart", "[F]ix the [c]art"],
    ["cart fix", "Fix the cart", "[F][i][x] the [c][a][r][t]"],
    ["ns", "New session", "[N]ew [s]ession"],
    ["uber", "Über alles", "[Ü][b][e][r] alles"],
    ["gpt5", "openai/gpt-5", "openai/[g][p][t]-[5]"],
    ["日本", "日本語の質問", "[日][本]語の質問"],
    ["", "Anything", "Anything"],
  ])("%s in %s", (query, text, expected) => expect(shown(query, text)).toBe(expected));

  test.each([
    ["xyz", "Fix the cart"],
    ["trac", "Fix the cart"],
    ["cart bill", "Fix the cart"],
  ])("%s does not fit %s", (query, text) => expect(fuzzy(query, text)).toBeNull());
});

describe("what comes first", () => {
  test("a whole word before scattered letters", () => {
    expect(best("test", ["The first steps", "Run the tests"])).toBe("Run the tests");
  });
  test("the beginnings of words before their insides", () => {
    expect(best("ss", ["Pass less", "Switch session"])).toBe("Switch session");
  });
  test("the shorter of two alike", () =>
    expect(best("cart", ["Fix the cart for good", "Fix the cart"])).toBe("Fix the cart"));
});

test("long and odd texts take no time and break nothing", () => {
  const begin = performance.now();
  for (let index = 0; index < 300; index++) fuzzy("a".repeat(500), "a".repeat(100_000));
  fuzzy("\ud800", "\udc00 İ ﷽ 👩‍👩‍👧");
  expect(performance.now() - begin).toBeLessThan(6_000);
});
