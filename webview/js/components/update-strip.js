// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** The hub serves a newer page: drafts and what waits survive the reload. */
class UpdateStrip extends PilotElement {
  build() {
    const reload = { type: "button", class: "link", on: { click: () => this.actions.reach.useNewer() } };
    const later = { type: "button", class: "link", on: { click: () => this.#later() } };
    this.words = h("span", { role: "status" });
    this.hidden = true;
    this.append(this.words, h("button", reload, "Reload"), h("button", later, "Later"));
  }

  render() {
    if (!this.changed(this.ui.newer) || !this.words) return;
    this.hidden = !this.ui.newer;
    this.words.textContent = this.ui.newer ? "A new version is ready." : "";
  }

  #later() {
    this.store.setUi({ newer: false });
  }
}

define("update-strip", UpdateStrip);
