// @ts-check
/**
 * One row of the palette.
 * @import { Found } from "./matches.js"
 */
import { h } from "../html.js";
import { icon } from "../icons.js";
import { isMac, printed } from "./shortcuts.js";

/** @param {Found} found @param {number} index @returns {HTMLElement} */
export function optionRow({ command, at }, index) {
  const keys = command.keys?.[0];
  return h(
    "div",
    { id: `palette-option-${index}`, class: "option", role: "option", "aria-selected": "false" },
    h("span", { class: "option-title" }, ...highlighted(command.title, at)),
    command.hint ? h("small", null, command.hint) : "",
    command.current
      ? h("span", { class: "option-mark" }, icon("check"), h("span", { class: "sr-only" }, "current"))
      : "",
    command.page ? h("span", { class: "option-mark" }, icon("right")) : "",
    keys ? h("span", { class: "option-keys", "aria-hidden": "true" }, ...keyCaps(keys)) : "",
  );
}

/** A combination as caps: Ctrl K. @param {string} keys */
export function keyCaps(keys) {
  return printed(keys, isMac(navigator)).map((key) => h("kbd", null, key));
}

/** @param {string} text @param {number[]} at */
function highlighted(text, at) {
  const letters = new Set(at);
  /** @type {{ fits: boolean, text: string }[]} */ const runs = [];
  for (let index = 0; index < text.length; index++) {
    const last = runs.at(-1);
    const fits = letters.has(index);
    if (last?.fits === fits) last.text += text.charAt(index);
    else runs.push({ fits, text: text.charAt(index) });
  }
  return runs.map((run) => (run.fits ? h("mark", null, run.text) : run.text));
}
