// @ts-check
import { define, PilotElement } from "../element.js";
import { isFiltering, LIGHT_NAMES, toggled } from "../frame/filtering.js";
import { filterMenu } from "../frame/row-menu.js";
import { h, setAttribute } from "../html.js";
import { icon } from "../icons.js";
import { agentName } from "../select.js";

/** Narrows the list down: words, what sessions are doing, agents; and looks in all transcripts. */
class RailFilter extends PilotElement {
  build() {
    this.field = h("input", {
      type: "search",
      placeholder: "Filter sessions",
      "aria-label": "Filter sessions",
      autocomplete: "off",
      spellcheck: "false",
      on: { input: () => this.#typed(), keydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event) },
    });
    this.choose = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Filter by state and agent",
        title: "Filter by state and agent",
        "aria-haspopup": "menu",
        on: { click: () => this.#menu() },
      },
      icon("funnel"),
    );
    this.chips = h("div", { class: "filter-chips" });
    this.append(h("div", { class: "filter-line" }, icon("search"), this.field, this.choose), this.chips);
  }

  render() {
    const { filter, found } = this.ui;
    if (!this.field || !this.chips || !this.choose || !this.changed(filter, found !== null)) return;
    if (this.field.value !== filter.text) this.field.value = filter.text;
    const { lights, agents } = filter;
    setAttribute(this.choose, "data-on", lights.length + agents.length > 0);
    const { frame, library } = this.actions;
    const search = filter.text.trim().length > 1 && !found;
    this.chips.replaceChildren(
      ...lights.map((light) =>
        filterChip(LIGHT_NAMES.find(([one]) => one === light)?.[1] ?? light, () =>
          frame.filterBy({ lights: toggled(lights, light) }),
        ),
      ),
      ...agents.map((agent) => filterChip(agentName(agent), () => frame.filterBy({ agents: toggled(agents, agent) }))),
      ...(search ? [filterButton("Search all transcripts…", () => library.search(filter.text))] : []),
      ...(isFiltering(filter) ? [filterButton("Clear", () => frame.clearFilter())] : []),
    );
  }

  #typed() {
    const text = this.field?.value ?? "";
    const searching = this.ui.found !== null;
    this.actions.frame.filterBy({ text });
    if (searching) this.actions.library.search(text);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Enter") this.actions.library.search(this.field?.value ?? "");
    else if (event.key === "Escape" && isFiltering(this.ui.filter)) this.actions.frame.clearFilter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #menu() {
    if (!this.choose) return;
    const items = () => filterMenu(this.store, this.actions);
    this.actions.frame.openMenu("Show only", items, { from: this.choose });
  }
}

/** @param {string} label @param {() => void} click */
function filterChip(label, click) {
  return h(
    "button",
    { type: "button", class: "chip", "aria-label": `Not only ${label}`, on: { click } },
    label,
    icon("cross"),
  );
}

/** @param {string} label @param {() => void} click */
function filterButton(label, click) {
  return h("button", { type: "button", class: "link", on: { click } }, label);
}

define("rail-filter", RailFilter);
