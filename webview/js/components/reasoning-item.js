// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { duration } from "../format.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";

/** What the agent thought aloud; folded until somebody wants to read it. */
class ReasoningItem extends HTMLElement {
  /** @param {P.ReasoningItem} item */
  show(item) {
    if (!this.label || !this.text) this.#build();
    if (this.label)
      setText(
        this.label,
        item.streaming
          ? "Thinking"
          : ["Thought", duration((item.endedAt ?? 0) - item.at)].filter(Boolean).join(" for "),
      );
    this.toggleAttribute("data-streaming", item.streaming);
    this.item = item;
    this.#fill();
  }

  #build() {
    this.label = h("span");
    this.text = h("p", { class: "thought" });
    this.details = h(
      "details",
      { on: { toggle: () => this.#fill() } },
      h("summary", null, icon("fold"), this.label),
      this.text,
    );
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

define("reasoning-item", ReasoningItem);
