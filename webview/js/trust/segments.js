// @ts-check
import { h } from "../html.js";

/**
 * A choice of a few, side by side, under its name.
 * @template {string} T
 * @param {string} label
 * @param {{ id: T, name: string }[]} options
 * @param {T} chosen
 * @param {(id: T) => void} choose
 */
export function segmentsOf(label, options, chosen, choose) {
  const name = `segments-${label.toLowerCase().replace(/\W+/g, "-")}`;
  const option = (/** @type {typeof options[number]} */ one) => {
    const input = { type: "radio", name, value: one.id, checked: one.id === chosen };
    return h("label", null, h("input", { ...input, on: { change: () => choose(one.id) } }), h("span", null, one.name));
  };
  return h(
    "div",
    { class: "segmented" },
    h("p", { class: "told", id: name }, label),
    h("div", { class: "segments", role: "radiogroup", "aria-labelledby": name }, ...options.map(option)),
  );
}
