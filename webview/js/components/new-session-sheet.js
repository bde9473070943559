// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { Sheet } from "../sheet.js";
import { startsOf } from "../writing/starts.js";

/** Start a session, where that is possible. */
class NewSessionSheet extends Sheet {
  sheet = /** @type {const} */ ("new");
  heading = "New session";

  fill() {
    const none = "Start an agent in a terminal first; then Pilot can open more sessions beside it.";
    const possible = startsOf(this.data).length > 0;
    this.content?.replaceChildren(
      possible ? document.createElement("new-session-form") : h("p", { class: "none" }, none),
    );
  }
}

define("new-session-sheet", NewSessionSheet);
