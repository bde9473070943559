// @ts-check
import { expect, test } from "vitest";
import { watchUse } from "../../../webview/js/host/in-use.js";

test("whoever types, moves or scrolls is told of, three times a minute at most", () => {
  const page = new EventTarget();
  let [now, told] = [0, 0];
  watchUse(
    /** @type {any} */ (page),
    () => {
      told += 1;
    },
    () => now,
  );
  expect(told).toBe(0);
  for (const sign of ["keydown", "pointermove", "wheel"]) page.dispatchEvent(new Event(sign));
  expect(told).toBe(1);
  now = 20_000;
  page.dispatchEvent(new Event("touchstart"));
  expect(told).toBe(2);
  page.dispatchEvent(new Event("scroll"));
  page.dispatchEvent(new Event("focus"));
  expect(told).toBe(2);
});
