// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Asked } from "../writing/mentions.js"
 * @typedef {{ value: string, hint: string }} Suggestion
 */
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { fuzzy } from "../palette/fuzzy.js";
import { askedAt, withChosen } from "../writing/mentions.js";

const TYPING_PAUSE = 120; // ms between two keys
const SUGGESTED = 12;
let suggestionLists = 0; // several composers may stand side by side

/** Files for a name, commands of the agent at the beginning: a list above the field, steered from it. */
export class PromptSuggestions extends PilotElement {
  /** @type {Asked | null} */ #asked = null;
  /** @type {Suggestion[]} */ #shown = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #at = 0;
  #id = `prompt-options-${++suggestionLists}`;
  #turn = 0; // only the latest answer counts
  /** Where a person closed the list: it stays away for that word. */ #closedAt = -1;

  build() {
    this.list = h("div", { id: this.#id, class: "options", role: "listbox", "aria-label": "Suggestions" });
    this.status = h("p", { class: "sr-only", role: "status" });
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the caret
    this.list.addEventListener("click", (event) => this.#onClick(event));
    this.append(this.list, this.status);
    this.list.hidden = true;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** Say which field is written in. @param {HTMLTextAreaElement} field */
  serve(field) {
    this.field = field;
    for (const name of ["input", "click", "keyup"]) field.addEventListener(name, () => this.#look());
    field.addEventListener("blur", () => this.close());
    setAttribute(field, "aria-autocomplete", "list");
    setAttribute(field, "aria-controls", this.#id);
  }

  get isOpen() {
    return this.#shown.length > 0;
  }

  /** Whether a key was for the list. @param {KeyboardEvent} event */
  take(event) {
    if (!this.isOpen || event.isComposing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return false;
    const amount = this.#shown.length;
    if (event.key === "ArrowDown") this.#mark((this.#at + 1) % amount);
    else if (event.key === "ArrowUp") this.#mark((this.#at - 1 + amount) % amount);
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#at);
    else if (event.key === "Escape") this.#dismiss();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.#asked = null;
    this.#show([]);
  }

  #dismiss() {
    this.#closedAt = this.#asked?.from ?? -1;
    this.close();
  }

  #look() {
    const { field } = this;
    if (!field || field.selectionStart !== field.selectionEnd) return this.close();
    const asked = askedAt(field.value, field.selectionStart);
    if (!asked) this.#closedAt = -1;
    if (!asked || asked.from === this.#closedAt) return this.close();
    if (this.#asked?.from === asked.from && this.#asked.query === asked.query && this.#asked.to === asked.to) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#load(asked), asked.kind === "file" ? TYPING_PAUSE : 0);
  }

  /** @param {Asked} asked */
  async #load(asked) {
    const turn = ++this.#turn;
    const id = this.ui.sessionId;
    if (!id) return;
    const found = asked.kind === "file" ? await this.#files(id, asked.query) : await this.#commands(id, asked.query);
    if (turn === this.#turn) this.#show(found.slice(0, SUGGESTED));
  }

  /** @param {string} id @param {string} query @returns {Promise<Suggestion[]>} */
  async #files(id, query) {
    return (await this.actions.composing.mentions(id, query)).map((value) => ({ value, hint: "" }));
  }

  /** @param {string} id @param {string} query @returns {Promise<Suggestion[]>} */
  async #commands(id, query) {
    const { commands = [] } = await this.actions.options(id);
    const fits = commands.flatMap((command) => {
      const fit = fuzzy(query, command.name.replace(/^\//, ""));
      return fit ? [{ command, score: fit.score }] : [];
    });
    if (query) fits.sort((a, b) => b.score - a.score);
    return fits.map(({ command }) => ({ value: command.name.replace(/^\//, ""), hint: command.description ?? "" }));
  }

  /** @param {Suggestion[]} shown */
  #show(shown) {
    const before = this.#shown.length;
    this.#shown = shown;
    if (!this.list || (!before && !shown.length)) return;
    this.list.replaceChildren(...shown.map((one, index) => this.#row(one, index)));
    this.list.hidden = !shown.length;
    if (this.status) setText(this.status, shown.length ? plural(shown.length, "suggestion") : "");
    this.#mark(0);
  }

  /** @param {Suggestion} suggestion @param {number} index */
  #row({ value, hint }, index) {
    const sign = this.#asked?.kind === "command" ? "/" : "";
    const title = h("span", { class: "option-title" }, sign + value);
    return h(
      "div",
      { id: `${this.#id}-${index}`, class: "option", role: "option" },
      title,
      hint ? h("small", null, hint) : "",
    );
  }

  /** @param {number} at */
  #mark(at) {
    this.#at = at;
    const rows = [...(this.list?.children ?? [])];
    for (const [index, row] of rows.entries()) setAttribute(row, "aria-selected", String(index === at));
    if (this.field) setAttribute(this.field, "aria-activedescendant", rows[at]?.id ?? null);
    rows[at]?.scrollIntoView?.({ block: "nearest" });
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const row = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (row) this.#choose([...(this.list?.children ?? [])].indexOf(row));
  }

  /** @param {number} at */
  #choose(at) {
    const chosen = this.#shown[at];
    if (!chosen || !this.#asked || !this.field) return;
    const { text, caret } = withChosen(this.field.value, this.#asked, chosen.value);
    this.close();
    this.field.value = text;
    this.field.setSelectionRange(caret, caret);
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

define("prompt-suggestions", PromptSuggestions);
