// @ts-check
import { expect, test, vi } from "vitest";
import "../../../webview/js/later.js";
import { TimeSpan } from "../../../webview/js/components/time-span.js";

/** @param {string} [value] */
function span(value = "") {
  const made = new TimeSpan("quiet");
  made.value = value;
  document.body.replaceChildren(made);
  const [from, to] = made.querySelectorAll("input");
  if (!from || !to) throw new Error("two inputs");
  return { made, from, to };
}

test("it is two times, and one text", () => {
  const { made, from, to } = span("22:00-07:00");
  expect([from.value, to.value, from.id]).toEqual(["22:00", "07:00", "quiet"]);
  const told = vi.fn();
  made.addEventListener("input", told);
  to.value = "06:30";
  to.dispatchEvent(new Event("input", { bubbles: true }));
  expect(told).toHaveBeenCalledTimes(1);
  expect(made.value).toBe("22:00-06:30");
  made.value = "";
  expect([from.value, to.value, made.value]).toEqual(["", "", ""]);
});

test("half a span gets the usual other half once it is left, not before", () => {
  const { made, from, to } = span();
  from.value = "23:15";
  made.dispatchEvent(new FocusEvent("focusout", { relatedTarget: to }));
  expect(to.value).toBe("");
  const left = vi.fn();
  made.addEventListener("blur", left);
  made.dispatchEvent(new FocusEvent("focusout", { relatedTarget: document.body }));
  expect(made.value).toBe("23:15-07:00");
  expect(left).toHaveBeenCalledTimes(1);
});

test("what holds for the whole holds for both", () => {
  const { made, from, to } = span();
  made.setAttribute("disabled", "");
  expect([from.disabled, to.disabled]).toEqual([true, true]);
  made.removeAttribute("disabled");
  expect([from.disabled, to.disabled]).toEqual([false, false]);
});
