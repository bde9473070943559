// @ts-check
import { expect, test } from "vitest";
import { delayBefore } from "../../../webview/js/connection/backoff.js";

test.each([
  [0, 0, 500],
  [0, 1, 1_000],
  [3, 0.5, 6_000],
  [5, 1, 30_000],
  [50, 1, 30_000],
])("attempt %i with chance %f waits %i ms", (attempt, chance, expected) => {
  expect(delayBefore(attempt, () => chance)).toBe(expected);
});
