// @ts-check
/** Screens for when there is nothing to show yet. @import { Ui } from "./types" */
import { h } from "./html.js";

/** @returns {HTMLElement} */
export function skeleton() {
  const bars = (/** @type {number} */ amount) =>
    Array.from({ length: amount }, (_, i) => h("i", { class: `bone bone-${i % 3}` }));
  return h(
    "div",
    { class: "skeleton", role: "status", "aria-label": "Loading" },
    h("div", { class: "skeleton-rail" }, ...bars(6)),
    h("div", { class: "skeleton-stage" }, ...bars(5)),
  );
}

/** @param {Ui} ui @returns {HTMLElement} */
export function failure(ui) {
  return h(
    "main",
    { class: "screen", role: "alert" },
    h("h1", null, ui.failure?.message ?? "Something went wrong."),
    h("p", null, ui.failure?.hint ?? "Pilot tries again by itself."),
  );
}

/** @returns {HTMLElement} */
export function emptyHub() {
  return h(
    "main",
    { class: "stage screen" },
    h("span", { class: "mark mark-large", "aria-hidden": "true" }),
    h("h1", null, "No session yet"),
    h("p", null, "Connect an agent once, then start it in any terminal: it appears here."),
    h("pre", { class: "type-this" }, "pilot init opencode"),
    h("p", { class: "quiet-text" }, "Only looking around? Watch a recorded session with"),
    h("pre", { class: "type-this" }, "pilot demo"),
  );
}

/** @param {() => void} back @returns {HTMLElement} */
export function unknownSession(back) {
  return h(
    "main",
    { class: "stage screen" },
    h("h1", null, "This session is not known here"),
    h("p", null, "It may belong to another machine, or it was forgotten."),
    h("button", { type: "button", class: "button", on: { click: back } }, "Show all sessions"),
  );
}
