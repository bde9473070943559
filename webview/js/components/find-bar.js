// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** Looks for words in the session. */
class FindBar extends PilotElement {
  build() {
    this.append(h("span", { hidden: true }));
  }
}

define("find-bar", FindBar);
