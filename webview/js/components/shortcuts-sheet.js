// @ts-check
/** @import { Shortcut, ShortcutGroup } from "../palette/shortcuts.js" */
import { define } from "../element.js";
import { h } from "../html.js";
import { keyCaps } from "../palette/options.js";
import { shortcutGroups } from "../palette/shortcuts.js";
import { Sheet } from "../sheet.js";

/** Every key and what it does. */
class ShortcutsSheet extends Sheet {
  sheet = /** @type {const} */ ("shortcuts");
  heading = "Keyboard shortcuts";

  fill() {
    const editor = Boolean(this.actions.editor);
    this.content?.setAttribute("tabindex", "0"); // the arrow keys scroll it
    const all = h("p", { class: "hint" }, "Everything else is a few letters away in the palette.");
    this.content?.replaceChildren(
      h("div", { class: "shortcuts" }, ...shortcutGroups().map(([name, rows]) => shortcutSection(name, rows, editor))),
      all,
    );
  }
}

/** @param {ShortcutGroup} name @param {Shortcut[]} shortcuts @param {boolean} editor */
function shortcutSection(name, shortcuts, editor) {
  const rows = shortcuts.map(({ keys, what }) => {
    const ours = editor ? keys.filter((combination) => combination !== "Mod+K") : keys; // that is the editor's own
    const caps = ours.map((combination) => h("span", { class: "combination" }, ...keyCaps(combination)));
    return h("div", null, h("dt", null, ...caps), h("dd", null, what));
  });
  return h("section", null, h("h3", null, name), h("dl", null, ...rows));
}

define("shortcuts-sheet", ShortcutsSheet);
