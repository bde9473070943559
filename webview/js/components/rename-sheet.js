// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { titleOf } from "../select.js";
import { Sheet } from "../sheet.js";

/** Give a session a name of one's own. */
class RenameSheet extends Sheet {
  sheet = /** @type {const} */ ("rename");
  heading = "Rename session";

  fill() {
    const id = this.ui.marking;
    const session = id ? this.data.sessions[id] : undefined;
    if (!id || !session) return;
    const field = h("input", {
      type: "text",
      maxlength: "200",
      autocomplete: "off",
      autofocus: true,
      value: titleOf(session, this.data.marks[id]),
    });
    const save = async (/** @type {string} */ name) => {
      this.actions.showSheet(null);
      await this.actions.library.rename(id, name);
    };
    const own = this.data.marks[id]?.name;
    const again = h(
      "button",
      { type: "button", class: "quiet", on: { click: () => save("") } },
      "Use the agent's title",
    );
    const form = h(
      "form",
      { class: "fields" },
      h("label", null, "Name", field),
      h("div", { class: "row-of-buttons" }, h("button", { class: "send" }, "Save"), own ? again : null),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void save(field.value === session.title ? "" : field.value);
    });
    this.content?.replaceChildren(form);
    setTimeout(() => field.select());
  }
}

define("rename-sheet", RenameSheet);
