// @ts-check
/** Screens for when there is nothing to show yet. @import { Offer } from "./types" */
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

/** @param {((command: string) => void) | null} run what an editor offers instead of a terminal @returns {HTMLElement} */
export function emptyHub(run) {
  return h(
    "main",
    { class: "stage screen" },
    h("span", { class: "mark mark-large", "aria-hidden": "true" }),
    h("h1", null, "No session yet"),
    h("p", null, "Connect an agent once, then start it in any terminal: it appears here."),
    ...(run ? [offerButtons(FIRST_STEPS, run)] : typedSteps()),
  );
}

function typedSteps() {
  return [
    h("pre", { class: "type-this" }, "pilot init opencode"),
    h("p", { class: "quiet-text" }, "Only looking around? Watch a recorded session with"),
    h("pre", { class: "type-this" }, "pilot demo"),
  ];
}

/** @type {Offer[]} */
const FIRST_STEPS = [
  { command: "pilot.agents.connect", label: "Connect an agent" },
  { command: "pilot.walkthrough", label: "Get started" },
];

/** Commands of the editor around the page; the first is the likely one. @param {Offer[]} offers @param {(command: string) => void} run */
export function offerButtons(offers, run) {
  const button = (/** @type {Offer} */ { command, label }, /** @type {number} */ index) =>
    h("button", { type: "button", class: index ? "button" : "send", on: { click: () => run(command) } }, label);
  return h("div", { class: "offers" }, ...offers.map(button));
}

/** @param {(() => void) | null} back to all others, where there are any to see @returns {HTMLElement} */
export function unknownSession(back) {
  return h(
    "main",
    { class: "stage screen" },
    h("h1", null, "This session is not known here"),
    h("p", null, "It may belong to another machine, or it was forgotten."),
    back && h("button", { type: "button", class: "button", on: { click: back } }, "Show all sessions"),
  );
}
