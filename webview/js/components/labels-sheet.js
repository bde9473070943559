// @ts-check
import { define } from "../element.js";
import { toggled } from "../frame/filtering.js";
import { h } from "../html.js";
import { Sheet } from "../sheet.js";

/** Labels of a session: those in use to choose from, and a field for a new one; each choice counts at once. */
class LabelsSheet extends Sheet {
  sheet = /** @type {const} */ ("labels");
  heading = "Labels";

  build() {
    super.build();
    this.chips = h("div", { class: "label-choices", role: "group", "aria-label": "Labels" });
    this.field = h("input", { type: "text", maxlength: "40", autocomplete: "off", placeholder: "Add a label" });
    this.field.setAttribute("aria-label", "New label");
    const form = h("form", { class: "label-form" }, this.field, h("button", { class: "button" }, "Add"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    this.content?.append(this.chips, form);
  }

  render() {
    super.render();
    if (this.ui.sheet === "labels" && this.changed(this.data.marks, this.ui.marking)) this.#draw();
  }

  fill() {
    this.#draw();
    setTimeout(() => this.field?.focus());
  }

  #draw() {
    const id = this.ui.marking;
    if (!id) return;
    const own = this.#own(id);
    const all = [...new Set([...this.actions.library.labels, ...own])];
    const chip = (/** @type {string} */ label) => {
      const on = { click: () => this.actions.library.label(id, toggled(this.#own(id), label)) };
      return h("button", { type: "button", class: "chip", "aria-pressed": String(own.includes(label)), on }, label);
    };
    this.chips?.replaceChildren(...(all.length ? all.map(chip) : [h("p", { class: "none" }, "No labels yet.")]));
  }

  #add() {
    const id = this.ui.marking;
    const label = this.field?.value.trim();
    if (!id || !label || !this.field) return;
    this.field.value = "";
    void this.actions.library.label(id, [...this.#own(id), label]);
  }

  /** @param {string} id */
  #own(id) {
    return this.data.marks[id]?.labels ?? [];
  }
}

define("labels-sheet", LabelsSheet);
