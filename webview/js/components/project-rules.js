// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { ProjectRule } from "../settings/notifying.js"
 */
import { define, PilotElement } from "../element.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { mayCall } from "../select.js";
import { ruledProjects } from "../settings/ruled-projects.js";

/** What each project may tell: everything, asks only, nothing. */
class ProjectRules extends PilotElement {
  build() {
    this.search = h("input", { type: "search", "aria-label": "Search projects", placeholder: "Search projects" });
    this.search.addEventListener("input", () => this.#draw());
    this.rows = h("div", { class: "project-rules" });
    this.more = h("p", { class: "told" });
    this.said = h("p", { class: "saved-line", role: "status" });
    this.append(h("h4", null, "Projects"), this.search, this.rows, this.more, this.said);
  }

  render() {
    const { notifications } = this.ui;
    if (this.changed(notifications?.rules.projects, this.data.projects, this.data.viewer)) this.#draw();
  }

  #draw() {
    const { notifications } = this.ui;
    if (!this.search || !this.rows || !this.more) return;
    const rules = notifications?.rules.projects ?? {};
    const { shown, hidden, searchable } = ruledProjects(this.data.projects, rules, this.search.value);
    this.hidden = !notifications;
    this.search.hidden = !searchable;
    setText(this.more, moreWords(shown.length, hidden));
    this.more.hidden = !this.more.textContent;
    keyed(
      this.rows,
      shown,
      ({ id }) => id,
      ({ id }) => this.#row(id),
      (row, project) => this.#drawRow(row, project, rules[project.id] ?? "all"),
    );
  }

  /** @param {string} id */
  #row(id) {
    const options = PROJECT_RULES.map(([value, label]) => h("option", { value }, label));
    const select = h("select", null, ...options);
    select.addEventListener("change", () => {
      // SAFETY: the options have these only
      void this.#change(id, /** @type {ProjectRule} */ (select.value));
    });
    return h(
      "label",
      { class: "project-rule" },
      h("span", { class: "project-name" }, h("b", null), h("small", null)),
      select,
    );
  }

  /** @param {HTMLElement} row @param {{ name: string, directory: string }} project @param {ProjectRule} rule */
  #drawRow(row, { name, directory }, rule) {
    const [title, place, select] = ["b", "small", "select"].map((part) => row.querySelector(part));
    if (title) setText(title, name);
    if (place) setText(place, directory);
    if (!(select instanceof HTMLSelectElement)) return;
    select.value = rule;
    setAttribute(select, "disabled", !mayCall(this.data, "notifications.update"));
    row.dataset.rule = rule;
  }

  /** @param {string} id @param {ProjectRule} rule */
  async #change(id, rule) {
    const failed = await this.actions.notifying.change({ projects: { [id]: rule } });
    if (!this.said) return;
    setAttribute(this.said, "data-ok", failed ? "false" : "true");
    setText(this.said, failed ? [`Not saved. ${failed.message}`, failed.hint].filter(Boolean).join(" ") : "Saved.");
  }
}

/** @type {[ProjectRule, string][]} */
const PROJECT_RULES = [
  ["all", "Everything"],
  ["asks", "Asks only"],
  ["nothing", "Nothing"],
];

/** @param {number} shown @param {number} hidden */
function moreWords(shown, hidden) {
  if (!shown && !hidden) return "No project matches, or none is known yet.";
  return hidden ? `And ${hidden} more: search for them.` : "";
}

define("project-rules", ProjectRules);
