// @ts-check
import { describe, expect, test } from "vitest";
import {
  ago,
  changes,
  countdown,
  dollars,
  duration,
  oneLine,
  outcome,
  plainOutput,
  short,
  within,
} from "../../webview/js/format.js";
import { ask } from "./samples.js";

test.each([
  [0, "now"],
  [12_000, "12 s"],
  [5 * 60_000, "5 min"],
  [3 * 3_600_000, "3 h"],
  [30 * 3_600_000, "yesterday"],
])("%i ms ago is %s", (past, expected) => {
  expect(ago(1e12 - past, 1e12)).toBe(expected);
});

test.each([
  [200, "0.2 s"],
  [14_400, "14 s"],
  [185_000, "3 min 5 s"],
  [-5, ""],
  [3, ""],
])("%i ms last %s", (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test.each([
  [288_000, "4:48"],
  [6_001, "0:07"],
  [-1, "0:00"],
  [3_723_000, "1:02:03"],
])("%i ms are left: %s", (ms, expected) => {
  expect(countdown(ms)).toBe(expected);
});

test("numbers", () => {
  expect([short(999), short(4_900), short(152_310), short(1_200_000)]).toEqual(["999", "4.9 k", "152 k", "1.2 M"]);
  expect([dollars(0.61), dollars(0.0042), dollars(0)]).toEqual(["$0.61", "$0.0042", "$0.00"]);
  expect(
    changes([
      { additions: 38, deletions: 4 },
      { additions: 0, deletions: 1 },
    ]),
  ).toBe("+38 −5");
});

test("a path is told from its project", () => {
  expect(within("/home/dev/shop/a/b.js", "/home/dev/shop")).toBe("a/b.js");
  expect(within("/home/dev/shopping/b.js", "/home/dev/shop")).toBe("/home/dev/shopping/b.js");
});

test("output is text, without the terminal's colours and titles", () => {
  expect(plainOutput("\u001b[31mFAIL\u001b[0m a\r\n\u001b]0;title\u0007b\u001b[2Kc")).toBe("FAIL a\nbc");
});

test("one line carries no marks of markdown", () => {
  expect(oneLine("## Done\n**All** `tests` pass, 2 * 3 = snake_case")).toBe("Done All tests pass, 2 * 3 = snake_case");
});

describe("how an ask ended", () => {
  const by = (/** @type {any} */ kind, name = "") => ({ kind, name, verified: true });
  test.each([
    ["Allowed once by Anna's phone", { by: by("device", "Anna's phone"), choice: "allow_once" }],
    ["Denied by the terminal", { by: by("terminal"), choice: "deny" }],
    ["Answered in the terminal", { by: by("terminal") }],
    ["Always allowed by Telegram", { by: by("telegram"), choice: "allow_always" }],
  ])("%s", (expected, end) => {
    expect(outcome(ask({ state: "resolved", resolution: { at: 1, .../** @type {any} */ (end) } }))).toBe(expected);
  });

  test("withdrawn, with the reason", () => {
    const resolution = { by: by("agent"), at: 1, reason: "the agent's process ended" };
    expect(outcome(ask({ state: "cancelled", resolution }))).toBe("Withdrawn: the agent's process ended");
  });
});
