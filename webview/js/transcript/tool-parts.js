// @ts-check
/**
 * The elements that a tool's body is made of.
 * @import * as P from "../protocol.gen"
 * @import { BodyPart } from "./tools.js"
 * @typedef {{ key: string, item: P.ToolItem, file?: P.FileDiff, part?: BodyPart, child?: string, path?: string }} ToolPart
 * @typedef {HTMLElement & { show?: Function }} ShowingPart
 */

import { h, setText } from "../html.js";
import { highlightSoon } from "./highlighting.js";
import { questionsOf, todosOf } from "./tool-lists.js";

/** @param {ToolPart} part @returns {HTMLElement} */
export function makePart(part) {
  if (part.file) return document.createElement("diff-view");
  if (part.child) return document.createElement("sub-agent");
  if (part.path) return h("button", { type: "button", class: "link child-link" });
  if (part.key === "attachments") return document.createElement("attachment-list");
  return part.part ? makeText(part.part) : h("p", { class: "no-diff" }, "No output");
}

/** @param {BodyPart} part */
function makeText(part) {
  if (part.kind === "output" || part.kind === "error") return document.createElement("tool-output");
  if (part.kind === "todos" || part.kind === "questions") return h("ul", { class: `tool-${part.kind}` });
  if (part.kind === "address") return h("p", { class: "address" });
  return h("pre", { class: part.kind, tabindex: "0", "aria-label": PART_NAMES[part.kind] }, h("code"));
}

/** @type {Record<string, string>} */
const PART_NAMES = { command: "Command", input: "Input", json: "Output" };

/** @param {ShowingPart} element @param {ToolPart} part @param {{ opens: (path: string) => void }} actions */
export function updatePart(element, part, { opens }) {
  const { item, file, child, path } = part;
  if (file) return element.show?.(file, { heading: item.files.length > 1, whole: false });
  if (child) return element.show?.(child);
  if (part.key === "attachments") return element.show?.(item.attachments);
  if (path) {
    setText(element, `Open ${path.split(/[\\/]/).at(-1)}`);
    element.title = path;
    element.onclick = () => opens(path);
  }
  if (part.part) updateText(element, part.part, item);
}

/** @param {ShowingPart} element @param {BodyPart} part @param {P.ToolItem} item */
function updateText(element, part, item) {
  if (part.kind === "output" || part.kind === "error") return element.show?.(part.text, part.kind);
  if (part.kind === "todos") return element.replaceChildren(...todosOf(item).map(todoElement));
  if (part.kind === "questions") return element.replaceChildren(...questionsOf(item).map(questionElement));
  if (part.kind === "address") return element.replaceChildren(addressElement(part.text));
  const code = element.querySelector("code");
  if (!code || code.textContent === part.text) return;
  code.textContent = part.text;
  highlightSoon(code, part.kind === "command" ? "bash" : "json");
}

/** @type {Record<string, string>} */
const TODO_WORDS = { completed: "Done", in_progress: "Now", inProgress: "Now", cancelled: "Left out" };

/** @param {import("./tool-lists.js").ListedTodo} todo */
function todoElement({ text, status }) {
  const word = TODO_WORDS[status] ?? "To do";
  return h(
    "li",
    { "data-state": status },
    h("span", { class: "box", "aria-hidden": "true" }),
    h("span", { class: "sr-only" }, `${word}: `),
    text,
  );
}

/** @param {import("./tool-lists.js").ListedQuestion} one */
function questionElement({ question, options }) {
  return h("li", null, question, options.length ? h("small", null, options.join(" · ")) : null);
}

/** @param {string} address only what is plainly an address of the web is a link */
function addressElement(address) {
  if (!/^https?:\/\//i.test(address)) return h("code", null, address);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);
}
