// @ts-check
/**
 * The element of each kind of transcript line.
 * @import { Entry } from "./entries.js"
 * @import { Outgoing } from "./types"
 * @typedef {Entry | ({ kind: "outgoing", id: string } & Outgoing)} Line
 */
import { h, setAttribute, setText } from "./html.js";

/** @type {Record<Line["kind"], string>} */
const ELEMENTS = {
  prompt: "div",
  outgoing: "div",
  text: "markdown-text",
  reasoning: "reasoning-item",
  tool: "tool-card",
  note: "div",
  error: "div",
  ask: "ask-line",
};

/** @param {Line} line @returns {HTMLElement} */
export function makeEntry(line) {
  const element = document.createElement(ELEMENTS[line.kind] ?? "div");
  element.classList.add("line", `line-${line.kind}`);
  if (line.kind === "prompt" || line.kind === "outgoing") element.append(h("div", { class: "me" }));
  if (line.kind === "outgoing") element.append(h("small", { class: "waits" }));
  if (line.kind === "error") element.setAttribute("role", "alert");
  return element;
}

/**
 * @param {HTMLElement & { show?: Function }} element
 * @param {Line} line
 * @param {string} directory
 */
export function updateEntry(element, line, directory) {
  switch (line.kind) {
    case "prompt":
      return setText(element.firstElementChild ?? element, line.text);
    case "outgoing":
      setAttribute(element, "data-state", line.state);
      setText(element.lastElementChild ?? element, line.state === "queued" ? "Waits for the turn to end" : "");
      return setText(element.firstElementChild ?? element, line.text);
    case "text":
      return element.show?.(line.text, line.streaming);
    case "reasoning":
      return element.show?.(line);
    case "tool":
      return element.show?.(line, directory);
    case "ask":
      return element.show?.(line.ask);
    case "note":
      return setText(element, line.text);
    case "error":
      return setText(element, line.message);
    default:
      return undefined; // a newer hub knows more kinds
  }
}
