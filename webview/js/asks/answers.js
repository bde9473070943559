// @ts-check
/**
 * The ways to answer an ask. Deny and Allow once weigh the same; nothing is the highlighted default.
 * @import * as P from "../protocol.gen"
 * @import { Decision } from "../types"
 * @typedef {(decision: Decision) => void} Decide
 */

import { h } from "../html.js";
import { alwaysHint, inWords } from "./asking.js";

/** @typedef {typeof ANSWER_WORDS} AnswerWords */
const ANSWER_WORDS = {
  deny: "Deny",
  denyLook: "button deny",
  allow: "Allow once",
  note: "Deny with note…",
  field: "Note for the agent",
  invite: "What should it do instead?",
  send: "Deny with this note",
};
const PLAN_WORDS = {
  deny: "Keep planning",
  denyLook: "button",
  allow: "Approve",
  note: "Keep planning with a note…",
  field: "Note for the agent",
  invite: "What should be planned otherwise?",
  send: "Keep planning with this note",
};

/**
 * A plan is approved or planned on; everything else is allowed or denied.
 * @param {P.Ask} ask
 * @param {P.Capabilities | undefined} capabilities of the session; a note is offered only where it arrives
 * @param {Decide} decide
 */
export function askButtons(ask, capabilities, decide) {
  const row = h("div", { class: "acts" });
  const words = ask.kind === "plan" ? PLAN_WORDS : ANSWER_WORDS;
  const noted = capabilities?.denyMessage ?? false;
  const can = (/** @type {P.DecisionKind} */ kind) => ask.decisions.includes(kind);
  if (can("deny")) row.append(answer(words.deny, "deny", words.denyLook, () => decide({ kind: "deny" }), "d"));
  if (can("allow_once"))
    row.append(answer(words.allow, "allow_once", "button", () => decide({ kind: "allow_once" }), "a"));
  if (can("deny") && noted) row.append(quietAnswer(words.note, () => row.replaceWith(noteForm(words, decide, row))));
  if (can("allow_always")) row.append(quietAnswer("Always…", () => row.replaceWith(alwaysForm(ask, decide, row))));
  if (can("deny")) row.append(...otherDenials(ask, decide));
  if (can("release")) row.append(answer("Answer in terminal", "release", "quiet", () => decide({ kind: "release" })));
  return row;
}

/**
 * "Deny" is the agent's first way to say no; others are offered in its own words.
 * @param {P.Ask} ask
 * @param {Decide} decide
 */
function otherDenials(ask, decide) {
  const [, ...others] = ask.options.filter((option) => option.kind === "deny");
  return others.map((option) => inItsWords(option, "quiet wordy", () => decide({ kind: "deny", optionId: option.id })));
}

/** @param {AnswerWords} words @param {Decide} decide @param {HTMLElement} row */
function noteForm(words, decide, row) {
  const field = h("textarea", {
    rows: 2,
    "aria-label": words.field,
    placeholder: words.invite,
  });
  const send = () => decide({ kind: "deny", ...(field.value.trim() ? { message: field.value.trim() } : {}) });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  const form = h(
    "div",
    { class: "note-form" },
    field,
    h(
      "div",
      { class: "acts" },
      answer(words.send, "deny", words.denyLook, send),
      quietAnswer("Back", () => form.replaceWith(row)),
    ),
  );
  queueMicrotask(() => field.focus());
  return form;
}

/** @param {P.Ask} ask @param {Decide} decide @param {HTMLElement} row */
function alwaysForm(ask, decide, row) {
  const offered = ask.options.filter((option) => option.kind === "allow_always");
  const choices = offered.length
    ? offered
    : [{ id: "", kind: /** @type {const} */ ("allow_always"), label: "Always allow" }];
  const buttons = choices.map((option) => {
    const decision = { kind: /** @type {const} */ ("allow_always"), ...(option.id ? { optionId: option.id } : {}) };
    return inItsWords(option, "button choice-button", () => decide(decision));
  });
  const told = choices.some((option) => option.description);
  const form = h(
    "div",
    { class: "note-form" },
    ask.always && !told ? alwaysHint("From now on, without asking: ", ask.always) : "",
    h("div", { class: "choice-buttons" }, ...buttons),
    h(
      "div",
      { class: "acts" },
      quietAnswer("Back", () => form.replaceWith(row)),
    ),
  );
  return form;
}

/** One of the agent's own answers, with what it means. @param {P.AskOption} option @param {string} look @param {() => void} click */
function inItsWords({ kind, label, description }, look, click) {
  const element = answer(label, kind, look, click);
  if (description) element.append(h("small", null, ...inWords(description)));
  return element;
}

/** @param {string} label @param {P.DecisionKind} kind @param {string} look @param {() => void} click @param {string} [key] */
function answer(label, kind, look, click, key) {
  const hint = key ? h("kbd", { "aria-hidden": "true" }, key) : "";
  return h(
    "button",
    { type: "button", class: look, "data-decision": kind, "aria-keyshortcuts": key, on: { click } },
    label,
    hint,
  );
}

/** @param {string} label @param {() => void} click */
function quietAnswer(label, click) {
  return h("button", { type: "button", class: "quiet", on: { click } }, label);
}
