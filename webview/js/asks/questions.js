// @ts-check
/**
 * The fields of a question, and what was answered in them.
 * @import * as P from "../protocol.gen"
 */
import { h } from "../html.js";

/** @param {P.Question} question @param {number} index */
export function questionFields(question, index) {
  const name = `question-${index}`;
  const own = h("input", {
    type: "text",
    name: `${name}-own`,
    class: "own",
    inputmode: question.format === "integer" ? "numeric" : question.format === "number" ? "decimal" : null,
    "aria-label": "Your own answer",
    placeholder: question.options.length ? "Something else…" : "Your answer",
    autocomplete: "off",
  });
  return h(
    "fieldset",
    null,
    h(
      "legend",
      null,
      question.header && question.header !== question.question ? h("small", null, question.header) : "",
      question.question,
    ),
    ...question.options.map((option) => questionChoice(question, option, name)),
    question.custom || !question.options.length ? own : null,
  );
}

/** @param {P.Question} question @param {P.QuestionOption} option @param {string} name */
function questionChoice(question, option, name) {
  const input = h("input", { type: question.multiple ? "checkbox" : "radio", name, value: option.label });
  const told = option.description ? h("small", null, option.description) : null;
  return h("label", { class: "choice" }, input, h("span", null, h("b", null, option.label), told));
}

/** @param {HTMLFieldSetElement} fields */
export function answerOf(fields) {
  const chosen = [...fields.querySelectorAll("input")].filter((input) => input.checked).map((input) => input.value);
  const own = fields.querySelector("input.own");
  const written = own instanceof HTMLInputElement ? own.value.trim() : "";
  return written ? [...chosen, written] : chosen;
}

/** One choice or an own answer, not both, where only one is wanted. @param {Event} event */
export function clearOther(event) {
  const input = event.target;
  const fields = input instanceof HTMLInputElement && input.closest("fieldset");
  if (!fields) return;
  const radios = [...fields.querySelectorAll("input")].filter((other) => other.type === "radio");
  const own = fields.querySelector("input.own");
  if (input.type === "radio" && own instanceof HTMLInputElement) own.value = "";
  if (input === own && input.value) for (const radio of radios) radio.checked = false;
}
