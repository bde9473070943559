import { expect, test } from "vitest";
import { backOff, Restarts } from "../../../extension/src/sidecar/restarts";

test("three in three minutes, then no more until the first is long ago", () => {
  const restarts = new Restarts();
  expect([0, 1, 2].map((now) => restarts.allow(now))).toEqual([true, true, true]);
  expect(restarts.allow(179_999)).toBe(false);
  expect(restarts.allow(180_000)).toBe(true);
  expect(restarts.allow(180_000)).toBe(false);
});

test("a person's wish forgets them", () => {
  const restarts = new Restarts();
  for (const now of [0, 1, 2]) restarts.allow(now);
  restarts.forget();
  expect(restarts.allow(3)).toBe(true);
});

test("the wait doubles up to ten seconds, and never two windows the same", () => {
  expect([0, 1, 2, 3, 20].map((attempt) => backOff(attempt, 1))).toEqual([250, 500, 1000, 2000, 10_000]);
  expect(backOff(0, 0)).toBe(125);
});
