// @ts-check
import { define, PilotElement } from "../element.js";

/** Lines above the page: what waits for a yes, what an agent tried; then one at a time: connection, newer page, home screen. */
class TopStrips extends PilotElement {
  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Connection and updates");
    const strips = [
      "confirmation-strip",
      "refusal-strip",
      "connection-strip",
      "update-strip",
      "install-strip",
      "notice-offer",
    ];
    this.append(...strips.map((name) => document.createElement(name)));
  }
}

define("top-strips", TopStrips);
