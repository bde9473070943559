// @ts-check
import { define, PilotElement } from "../element.js";

/** Quiet lines above the page, one at a time: the connection, then a newer page, then the home screen. */
class TopStrips extends PilotElement {
  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Connection and updates");
    this.append(...["connection-strip", "update-strip", "install-strip"].map((name) => document.createElement(name)));
  }
}

define("top-strips", TopStrips);
