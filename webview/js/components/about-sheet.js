// @ts-check
import { define } from "../element.js";
import { Sheet } from "../sheet.js";

/** The facts about the open session, where there is no room for a column of them. */
class AboutSheet extends Sheet {
  sheet = /** @type {const} */ ("about");
  heading = "About this session";

  build() {
    super.build();
    this.dialog?.addEventListener("close", () => this.content?.replaceChildren());
  }

  fill() {
    this.content?.replaceChildren(document.createElement("session-side"));
  }
}

define("about-sheet", AboutSheet);
