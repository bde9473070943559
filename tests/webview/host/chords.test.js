// @ts-check
import { expect, test } from "vitest";
import { Chords } from "../../../webview/js/host/chords.js";

/** @param {string} key @param {object} [held] @returns {any} */
const press = (key, held) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("the second half of a chord is VS Code's: Ctrl+K D does not deny", () => {
  const { isTaken } = new Chords(() => 1_000);
  expect(isTaken(press("d"))).toBe(false);
  expect(isTaken(press("Control", { ctrlKey: true }))).toBe(true);
  expect(isTaken(press("k", { ctrlKey: true }))).toBe(true);
  expect(isTaken(press("d"))).toBe(true);
  expect(isTaken(press("d"))).toBe(false);
});

test("a modifier between does not change that, time does", () => {
  let now = 0;
  const { isTaken } = new Chords(() => now);
  isTaken(press("k", { metaKey: true }));
  isTaken(press("Shift"));
  expect(isTaken(press("?"))).toBe(true);
  isTaken(press("k", { ctrlKey: true }));
  now = 4_999;
  expect(isTaken(press("a"))).toBe(true);
  isTaken(press("k", { ctrlKey: true }));
  now += 5_000;
  expect(isTaken(press("a"))).toBe(false);
});

test("after any other key with a modifier it is soon ours again", () => {
  let now = 0;
  const { isTaken } = new Chords(() => now);
  isTaken(press("b", { ctrlKey: true }));
  now = 999;
  expect(isTaken(press("a"))).toBe(true);
  isTaken(press("b", { ctrlKey: true }));
  now += 1_000;
  expect(isTaken(press("a"))).toBe(false);
});
