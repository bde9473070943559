// @ts-check
/** @import * as P from "../protocol.gen" */

import { answerOf, clearOther, questionFields } from "../asks/questions.js";
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";

/** The questions of one ask, one after the other; what was answered can be changed until it is sent. */
export class AskQuestion extends PilotElement {
  #step = 0;

  /** @param {P.Ask} ask */
  show(ask) {
    if (this.ask) return;
    this.ask = ask;
    this.fields = ask.questions.map(questionFields);
    this.form = h("form", { class: "questions", novalidate: true }, ...this.fields, this.#acts(ask));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#next();
    });
    this.form.addEventListener("input", (event) => {
      clearOther(event);
      this.#draw();
    });
    this.append(this.form);
    this.#draw();
  }

  /** @param {P.Ask} ask */
  #acts(ask) {
    this.back = h("button", { type: "button", class: "quiet", on: { click: () => this.#move(-1) } }, "Back");
    this.next = h("button", { type: "submit", class: "button", "data-decision": "answer" });
    this.place = h("span", { class: "place" });
    const can = (/** @type {P.DecisionKind} */ kind) => ask.decisions.includes(kind);
    const quiet = (/** @type {"deny" | "release"} */ kind, /** @type {string} */ label) =>
      h(
        "button",
        { type: "button", class: "quiet", "data-decision": kind, on: { click: () => this.#end(kind) } },
        label,
      );
    return h(
      "div",
      { class: "acts" },
      this.next,
      this.back,
      can("deny") && quiet("deny", "Dismiss"),
      can("release") && quiet("release", "Answer in terminal"),
      this.place,
    );
  }

  #draw() {
    const amount = this.fields?.length ?? 0;
    const last = this.#step >= amount - 1;
    for (const [index, fields] of (this.fields ?? []).entries()) fields.hidden = index !== this.#step;
    if (this.next) setText(this.next, last ? "Send answer" : "Next");
    if (this.back) this.back.hidden = this.#step === 0;
    if (this.place) setText(this.place, amount > 1 ? `Question ${this.#step + 1} of ${amount}` : "");
  }

  /** On to the next question, or send; what is not answered waits for it. */
  #next() {
    const fields = this.fields?.[this.#step];
    if (fields && !answerOf(fields).length) return fields.querySelector("input")?.focus();
    if (this.#step < (this.fields?.length ?? 0) - 1) return this.#move(1);
    const answers = this.fields?.map(answerOf) ?? [];
    if (this.ask) void this.actions.decide(this.ask, { kind: "answer", answers });
  }

  /** @param {number} by */
  #move(by) {
    this.#step += by;
    this.#draw();
    this.fields?.[this.#step]?.querySelector("input")?.focus();
  }

  /** @param {"deny" | "release"} kind */
  #end(kind) {
    if (this.ask) void this.actions.decide(this.ask, { kind });
  }

  /** @type {P.Ask | undefined} */ ask;
}

define("ask-question", AskQuestion);
