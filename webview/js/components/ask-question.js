// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** The questions of one ask with their choices; one Send for all. */
export class AskQuestion extends PilotElement {
  /** @param {P.Ask} ask */
  show(ask) {
    if (this.ask) return;
    this.ask = ask;
    this.send = h("button", { type: "submit", class: "button", "data-decision": "answer" }, "Send answer");
    const skip =
      ask.decisions.includes("deny") &&
      h(
        "button",
        { type: "button", class: "quiet", "data-decision": "deny", on: { click: () => this.#skip() } },
        "Dismiss",
      );
    const release =
      ask.decisions.includes("release") &&
      h(
        "button",
        { type: "button", class: "quiet", "data-decision": "release", on: { click: () => this.#release() } },
        "Answer in terminal",
      );
    const form = h(
      "form",
      { class: "questions" },
      ...ask.questions.map(fieldset),
      h("div", { class: "acts" }, this.send, skip, release),
    );
    form.addEventListener("submit", (event) => this.#submit(event, form));
    form.addEventListener("input", (event) => clearOther(event));
    this.append(form);
  }

  /** @param {SubmitEvent} event @param {HTMLFormElement} form */
  #submit(event, form) {
    event.preventDefault();
    const answers = [...form.querySelectorAll("fieldset")].map(answerOf);
    const missing = answers.findIndex((answer) => !answer.length);
    if (missing >= 0) return form.querySelectorAll("fieldset")[missing]?.querySelector("input")?.focus();
    if (this.ask) void this.actions.decide(this.ask, { kind: "answer", answers });
  }

  #skip() {
    if (this.ask) void this.actions.decide(this.ask, { kind: "deny" });
  }

  #release() {
    if (this.ask) void this.actions.decide(this.ask, { kind: "release" });
  }

  /** @type {P.Ask | undefined} */ ask;
}

/** @param {P.Question} question @param {number} index */
function fieldset(question, index) {
  const name = `question-${index}`;
  const own = h("input", {
    type: "text",
    name: `${name}-own`,
    class: "own",
    "aria-label": "Your own answer",
    placeholder: question.options.length ? "Something else…" : "Your answer",
    autocomplete: "off",
  });
  return h(
    "fieldset",
    null,
    h("legend", null, question.question),
    ...question.options.map((option) => choice(question, option, name)),
    question.custom || !question.options.length ? own : null,
  );
}

/** @param {P.Question} question @param {P.QuestionOption} option @param {string} name */
function choice(question, option, name) {
  const input = h("input", { type: question.multiple ? "checkbox" : "radio", name, value: option.label });
  const told = option.description ? h("small", null, option.description) : null;
  return h("label", { class: "choice" }, input, h("span", null, h("b", null, option.label), told));
}

/** @param {HTMLFieldSetElement} fields */
function answerOf(fields) {
  const chosen = [...fields.querySelectorAll("input")].filter((input) => input.checked).map((input) => input.value);
  const own = fields.querySelector("input.own");
  const written = own instanceof HTMLInputElement ? own.value.trim() : "";
  return written ? [...chosen, written] : chosen;
}

/** One choice or an own answer, not both, where only one is wanted. @param {Event} event */
function clearOther(event) {
  const input = event.target;
  const fields = input instanceof HTMLInputElement && input.closest("fieldset");
  if (!fields) return;
  const radios = [...fields.querySelectorAll("input")].filter((other) => other.type === "radio");
  const own = fields.querySelector("input.own");
  if (input.type === "radio" && own instanceof HTMLInputElement) own.value = "";
  if (input === own && input.value) for (const radio of radios) radio.checked = false;
}

define("ask-question", AskQuestion);
