// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { SHORTCUTS } from "../keys.js";
import { Sheet } from "../sheet.js";

/** Every key and what it does. */
class ShortcutsSheet extends Sheet {
  sheet = /** @type {const} */ ("shortcuts");
  heading = "Keyboard shortcuts";

  fill() {
    const rows = SHORTCUTS.map(([keys, what]) =>
      h("div", null, h("dt", null, ...keys.split(/\s+/).map((key) => h("kbd", null, key))), h("dd", null, what)),
    );
    this.content?.replaceChildren(h("dl", { class: "shortcuts" }, ...rows));
  }
}

define("shortcuts-sheet", ShortcutsSheet);
