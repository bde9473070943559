// @ts-check
/** Pieces that the quiet column at the side is made of. */
import { h } from "../html.js";

/** @param {string} title @param {...(Node | null | false)} children */
export function sidePart(title, ...children) {
  return h("section", null, h("h2", null, title), ...children);
}

/** A part with something to press beside its title. @param {string} title @param {Node} beside @param {...(Node | null | false)} children */
export function sidePartWith(title, beside, ...children) {
  return h("section", null, h("div", { class: "side-title" }, h("h2", null, title), beside), ...children);
}

/** @param {string} name @param {string} value */
export function sideFact(name, value) {
  return h("div", { class: "kv" }, h("span", null, name), h("span", null, value));
}

/** How full something is. @param {number} share @param {string} label @param {boolean} full */
export function sideBar(share, label, full) {
  const width = `${Math.min(100, Math.max(0, share * 100))}%`;
  return h(
    "div",
    { class: "bar", role: "img", "aria-label": label, "data-full": String(full) },
    h("i", { style: { width } }),
  );
}

/** @param {number} share */
export function percent(share) {
  return `${Math.round(share * 100)} %`;
}
