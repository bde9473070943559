// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { duration } from "../format.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";
import { foldOf, rememberFold } from "../transcript/folds.js";

/** What the agent thought aloud; folded until somebody wants to read it. */
class ReasoningItem extends HTMLElement {
  /** @param {P.ReasoningItem} item */
  show(item) {
    this.item = item;
    if (!this.label || !this.text) this.#build();
    if (this.label) setText(this.label, thoughtFor(item));
    this.toggleAttribute("data-streaming", item.streaming);
    this.#fill();
  }

  #build() {
    this.label = h("span");
    this.text = h("p", { class: "thought" });
    const click = () => rememberFold(this.item?.id ?? "", !this.details?.open);
    const summary = h("summary", { on: { click } }, icon("fold"), this.label);
    this.details = h("details", { on: { toggle: () => this.#fill() } }, summary, this.text);
    this.details.open = foldOf(this.item?.id ?? "") ?? false;
    this.append(this.details);
  }

  #fill() {
    if (this.details?.open && this.text && this.item) setText(this.text, this.item.text.trim());
  }

  /** @type {HTMLElement | undefined} */ label;
  /** @type {HTMLElement | undefined} */ text;
  /** @type {HTMLDetailsElement | undefined} */ details;
  /** @type {P.ReasoningItem | undefined} */ item;
}

/** @param {P.ReasoningItem} item */
function thoughtFor({ streaming, at, endedAt = 0 }) {
  return streaming ? "Thinking" : ["Thought", duration(endedAt - at)].filter(Boolean).join(" for ");
}

define("reasoning-item", ReasoningItem);
