// @ts-check
import { h } from "../html.js";
import { icon } from "../icons.js";

/** The bar that words are looked for with. @param {{ step: (by: number) => void, close: () => void }} acts */
export function findParts({ step, close }) {
  const field = h("input", {
    type: "text",
    "aria-label": "Find in session",
    placeholder: "Find in session",
    spellcheck: "false",
    autocomplete: "off",
  });
  const count = h("span", { class: "count", role: "status" });
  const buttons = [
    findButton("Previous match", "up", () => step(-1)),
    findButton("Next match", "down", () => step(1)),
    findButton("Close", "cross", close),
  ];
  return { field, count, bar: h("div", { class: "find", role: "search", hidden: true }, field, count, ...buttons) };
}

/** @param {string} label @param {import("../icons.js").IconName} name @param {() => void} click */
function findButton(label, name, click) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click } },
    icon(name),
  );
}
