// @ts-check
import { define } from "../element.js";
import { h, setAttribute } from "../html.js";

const USUAL = ["22:00", "07:00"];

/** From one time of the day to another, as "22:00-07:00"; empty where both are. Says "input" and "change" like an input. */
export class TimeSpan extends HTMLElement {
  static observedAttributes = ["disabled", "aria-invalid", "aria-describedby"];

  /** @param {string} id of the first of its two inputs */
  constructor(id = "") {
    super();
    this.from = timeInput(id);
    this.to = timeInput("");
    this.append(h("label", null, "From", this.from), h("label", null, "to", this.to));
    this.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget));
  }

  /** Half a span is none: what is missing is what people usually choose. @param {EventTarget | null} to */
  #left(to) {
    if (to instanceof Node && this.contains(to)) return;
    if (Boolean(this.from.value) !== Boolean(this.to.value)) {
      const [from = "", till = ""] = USUAL;
      this.from.value ||= from;
      this.to.value ||= till;
      this.dispatchEvent(new Event("input"));
    }
    this.dispatchEvent(new Event("blur"));
  }

  get value() {
    return this.from.value || this.to.value ? `${this.from.value}-${this.to.value}` : "";
  }

  set value(text) {
    [this.from.value, this.to.value] = [text.slice(0, 5), text.slice(6)];
  }

  /** Somebody writes in it. */
  get isInHand() {
    return this.contains(document.activeElement);
  }

  focus() {
    this.from.focus();
  }

  /** @param {string} name @param {string | null} _old @param {string | null} value */
  attributeChangedCallback(name, _old, value) {
    for (const input of [this.from, this.to]) setAttribute(input, name, value);
  }
}

/** @param {string} id */
function timeInput(id) {
  const input = h("input", { type: "time", ...(id && { id }) });
  const tell = (/** @type {Event} */ event) => {
    event.stopPropagation();
    input.closest("time-span")?.dispatchEvent(new Event("input"));
  };
  input.addEventListener("input", tell);
  input.addEventListener("change", tell);
  return input;
}

define("time-span", TimeSpan);
