// @ts-check
/**
 * @import { Command } from "../palette/commands.js"
 * @import { Found, FoundGroup } from "../palette/matches.js"
 * @typedef {{ title: string, commands: Command[] }} OpenPage
 */

import { define } from "../element.js";
import { plural } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { commandsOf, themeCommands } from "../palette/commands.js";
import { listed, matching, offered } from "../palette/matches.js";
import { optionRow } from "../palette/options.js";
import { Sheet } from "../sheet.js";

/** Everything by a few letters: a field and the list of what fits; a list can open another. */
class PaletteSheet extends Sheet {
  sheet = /** @type {const} */ ("palette");
  heading = "Find anything";
  /** @type {Command[]} what had to be asked for */ #asked = [];
  /** @type {OpenPage[]} */ #pages = [];
  /** @type {Command[]} in the order in which they are shown */ #shown = [];
  #at = 0;

  build() {
    this.crumb = h("button", { type: "button", class: "crumb", on: { click: () => this.#back() } });
    this.field = h("input", {
      type: "text",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": "palette-list",
      "aria-autocomplete": "list",
      "aria-label": this.heading,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      autofocus: true,
      on: { input: () => this.#draw(), keydown: (event) => this.#onKey(event) },
    });
    const close = { type: "button", class: "icon-button", "aria-label": "Close", on: { click: () => this.#leave() } };
    this.list = h("div", { id: "palette-list", class: "options", role: "listbox", "aria-label": "What fits" });
    this.status = h("p", { class: "palette-status", role: "status" });
    this.content = h("div", { class: "palette-body" }, this.list, this.status);
    this.dialog = h(
      "dialog",
      { class: "sheet palette", "aria-label": this.heading },
      h("div", { class: "palette-field" }, icon("search"), this.crumb, this.field, h("button", close, icon("cross"))),
      this.content,
    );
    this.dialog.addEventListener("close", () => this.ui.sheet === this.sheet && this.#leave());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.#leave());
    this.list.addEventListener("click", (event) => this.#onClick(event));
    this.append(this.dialog);
  }

  fill() {
    this.#asked = [];
    this.#pages = [];
    this.#open();
    void this.#ask();
  }

  /** What the hub and the agent have to say comes a moment later. */
  async #ask() {
    const [choices, settings] = await Promise.all([this.actions.finding.choices(), this.actions.finding.settings()]);
    this.#asked = [...choices, ...settings];
    const wanted = this.ui.palettePage && choices.find(({ id }) => id === `page:${this.ui.palettePage}`);
    if (wanted) await this.#enter(wanted);
    else if (this.#pages.length === 0) this.#draw();
  }

  #open() {
    if (this.field) this.field.value = "";
    const page = this.#pages.at(-1);
    if (this.crumb) {
      this.crumb.hidden = !page;
      setText(this.crumb, page ? `‹ ${page.title}` : "");
      setAttribute(this.crumb, "aria-label", page ? `Back from ${page.title}` : null);
    }
    setAttribute(this.field ?? this, "placeholder", page ? "Filter" : "Sessions, actions, models, settings…");
    this.#draw();
  }

  #draw() {
    const groups = this.#groups();
    this.#shown = groups.flatMap(({ found }) => found.map(({ command }) => command));
    const current = this.field?.value ? -1 : this.#shown.findIndex((command) => command.current);
    let index = 0;
    const rows = groups.map((group) => this.#group(group, () => index++));
    this.list?.replaceChildren(...rows);
    this.#mark(Math.max(0, current));
    const none = this.field?.value ? `Nothing fits “${this.field.value}”.` : "Nothing here yet.";
    if (this.status) setText(this.status, this.#shown.length ? "" : none);
    setAttribute(this.list ?? this, "aria-label", plural(this.#shown.length, "match", "matches"));
  }

  /** @returns {FoundGroup[]} */
  #groups() {
    const query = this.field?.value.trim() ?? "";
    const page = this.#pages.at(-1);
    if (page) return query ? matching(page.commands, query) : listed(page.commands);
    const themes = this.actions.editor ? [] : themeCommands();
    const all = [...this.#asked, ...commandsOf(this.data, this.ui), ...themes];
    return query ? matching(all, query) : offered(all, this.actions.finding.recent);
  }

  /** @param {FoundGroup} group @param {() => number} next */
  #group({ name, found }, next) {
    const heading = h("h3", { id: `palette-${name.replaceAll(" ", "-")}`, role: "presentation" }, name);
    const rows = found.map((one) => optionRow(one, next()));
    return h("div", { role: "group", "aria-labelledby": heading.id }, heading, ...rows);
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    for (const [index, row] of this.#rows.entries()) setAttribute(row, "aria-selected", String(index === at));
    const row = this.#rows[at];
    setAttribute(this.field ?? this, "aria-activedescendant", row?.id ?? null);
    row?.scrollIntoView?.({ block: at === 0 ? "center" : "nearest" });
  }

  get #rows() {
    return [...(this.list?.querySelectorAll("[role=option]") ?? [])];
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing) return;
    const step = ARROW_STEPS[event.key];
    const amount = this.#shown.length;
    if (step !== undefined && amount) this.#mark((this.#at + step + amount) % amount);
    else if (event.key === "Enter") void this.#choose(this.#at, event.altKey);
    else if (event.key === "Backspace" && !this.field?.value && this.#pages.length) this.#back();
    else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const row = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (row) void this.#choose(this.#rows.indexOf(row), event.altKey);
  }

  /** @param {number} at @param {boolean} beside */
  async #choose(at, beside) {
    const command = this.#shown[at];
    if (!command) return;
    if (command.page) return this.#enter(command);
    this.actions.finding.remember(command);
    this.#leave();
    (beside && command.beside ? command.beside : command.run)(this.actions);
  }

  /** @param {Command} command */
  async #enter(command) {
    if (!command.page) return;
    const commands = await command.page.load(this.actions);
    this.#pages.push({ title: command.page.title, commands });
    this.#open();
  }

  #back() {
    this.#pages.pop();
    this.#open();
    this.field?.focus();
  }

  #leave() {
    this.store.setUi({ sheet: null, palettePage: null });
  }
}

/** @type {Record<string, number>} */
const ARROW_STEPS = { ArrowDown: 1, ArrowUp: -1 };

define("palette-sheet", PaletteSheet);
