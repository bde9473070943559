// @ts-check
/**
 * @import { PromptSuggestions } from "./prompt-suggestions.js"
 * @typedef {"turn_end" | undefined} When
 */
import { define, PilotElement } from "../element.js";
import { count } from "../format.js";
import { h, setText } from "../html.js";
import { HistoryWalk } from "../writing/history.js";

export const PROMPT_LONGEST = 1_000_000; // characters: the hub takes no more
const LENGTH_TOLD = 0.9 * PROMPT_LONGEST;

/** The field: grows with its text, walks through what was sent before, suggests files and commands. */
export class PromptField extends PilotElement {
  /** @type {HistoryWalk | null} */ #walk = null;
  /** @type {(when: When) => void} */ onSend = () => {};
  /** @type {() => void} */ onText = () => {};
  /** @type {(files: File[]) => void} */ onPictures = () => {};
  canWait = false;
  takesPictures = false;

  build() {
    this.field = h("textarea", {
      rows: 1,
      "aria-label": "Prompt",
      enterkeyhint: "send",
      autocomplete: "off",
      on: {
        keydown: (event) => this.#onKey(event),
        input: () => this.#onInput(),
        paste: (event) => this.#onPaste(event),
      },
    });
    this.length = h("p", { class: "reason", role: "status" });
    // SAFETY: the element registered under that name
    this.suggestions = /** @type {PromptSuggestions} */ (document.createElement("prompt-suggestions"));
    this.append(this.suggestions, this.field, this.length);
    this.suggestions.serve(this.field);
  }

  get value() {
    return this.field?.value ?? "";
  }

  set value(text) {
    if (!this.field) return;
    this.field.value = text;
    this.#walk = null;
    this.#fit();
  }

  get disabled() {
    return this.field?.disabled ?? true;
  }

  /** @param {string} placeholder @param {boolean} disabled */
  invite(placeholder, disabled) {
    if (!this.field || (this.field.placeholder === placeholder && this.field.disabled === disabled)) return;
    this.field.placeholder = placeholder;
    this.field.disabled = disabled;
    this.#fit();
  }

  get isTooLong() {
    return this.value.length > PROMPT_LONGEST;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // the keyboard's own word is not finished
    if (this.suggestions?.take(event)) return;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") return this.#walkBy(event);
    if (event.key !== "Enter" || event.shiftKey) return;
    const waits = event.altKey && this.canWait;
    if (!waits && matchMedia("(pointer: coarse)").matches) return; // a finger has no Shift for a new line
    event.preventDefault();
    this.onSend(waits ? "turn_end" : undefined);
  }

  /** From the first line up to what was sent before; from the last one down again. @param {KeyboardEvent} event */
  #walkBy(event) {
    const { field } = this;
    if (!field || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (field.selectionStart !== field.selectionEnd) return;
    const up = event.key === "ArrowUp";
    const rest = up ? field.value.slice(0, field.selectionStart) : field.value.slice(field.selectionEnd);
    if (rest.includes("\n")) return;
    if (this.#walk?.shown !== field.value) this.#walk = this.#begin(up);
    const text = up ? this.#walk?.older() : this.#walk?.newer();
    if (text === null || text === undefined) return;
    event.preventDefault();
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {boolean} up */
  #begin(up) {
    const id = this.ui.sessionId;
    return up && id ? new HistoryWalk(this.actions.composing.sentBefore(id), this.value) : null;
  }

  #onInput() {
    this.#fit();
    this.onText();
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length || !this.takesPictures) return;
    event.preventDefault();
    this.onPictures(files);
  }

  /** As high as its text, up to a third of the screen. */
  #fit() {
    if (!this.field) return;
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${this.field.scrollHeight}px`);
    if (this.length) setText(this.length, lengthOf(this.value.length));
  }
}

/** @param {number} letters */
function lengthOf(letters) {
  if (letters > PROMPT_LONGEST)
    return `${count(letters - PROMPT_LONGEST)} characters too many: put it into a file and mention that.`;
  return letters > LENGTH_TOLD ? `${count(letters)} of ${count(PROMPT_LONGEST)} characters` : "";
}

define("prompt-field", PromptField);
