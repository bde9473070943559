// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { within } from "../format.js";
import { h, setAttribute } from "../html.js";

/** The files of a diff, to jump to: a list where there is room, else a field to pick from. */
export class ChangesList extends HTMLElement {
  /** @type {HTMLElement[]} */ rows = [];
  /** @type {(index: number) => void} */ onPick = () => {};

  /** @param {P.FileDiff[]} files @param {string} directory */
  show(files, directory) {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Changed files");
    const names = files.map((file) => within(file.path, directory));
    this.rows = files.map((file, i) => this.#row(file, names[i] ?? "", i));
    this.select = h(
      "select",
      { "aria-label": "Changed file" },
      ...names.map((name, i) => h("option", { value: i }, name)),
    );
    this.select.addEventListener("change", () => this.onPick(Number(this.select?.value)));
    this.replaceChildren(h("div", { class: "changes-rows" }, ...this.rows), this.select);
  }

  /** @param {number} index */
  mark(index) {
    for (const [i, row] of this.rows.entries()) setAttribute(row, "aria-current", i === index ? "true" : null);
    this.rows[index]?.scrollIntoView({ block: "nearest" });
    if (this.select) this.select.value = String(index);
  }

  /** @param {P.FileDiff} file @param {string} name @param {number} index */
  #row(file, name, index) {
    const cut = name.lastIndexOf("/") + 1;
    const folder = cut ? h("small", null, name.slice(0, cut - 1)) : null;
    return h(
      "button",
      {
        type: "button",
        class: "changes-row",
        title: name,
        "data-status": file.status,
        on: { click: () => this.onPick(index) },
      },
      h("span", null, name.slice(cut), folder),
      h(
        "span",
        { class: "amount" },
        file.additions ? h("span", { class: "plus" }, `+${file.additions}`) : null,
        file.additions && file.deletions ? " " : null,
        file.deletions ? h("span", { class: "minus" }, `−${file.deletions}`) : null,
      ),
    );
  }
}

define("changes-list", ChangesList);
