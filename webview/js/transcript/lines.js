// @ts-check
/**
 * The element of each kind of transcript line.
 * @import { Entry } from "./entries.js"
 * @import { Outgoing } from "../types"
 * @typedef {Entry | ({ kind: "outgoing", id: string } & Outgoing)} Line
 * @typedef {{ sessionId: string, directory: string, retry?: { id: string, run: () => void } | null | undefined }} Around what a line is drawn in
 * @typedef {HTMLElement & { show?: Function }} Showing
 */
import { h, setAttribute, setText } from "../html.js";

/** @type {Partial<Record<Line["kind"], string>>} */
const LINE_ELEMENTS = { text: "markdown-text", reasoning: "reasoning-item", tool: "tool-card", ask: "ask-line" };
const WITH_ACTS = new Set(["prompt", "text", "tool", "error"]);

/** @param {Line} line @returns {HTMLElement} */
export function makeEntry(line) {
  const named = LINE_ELEMENTS[line.kind];
  const body = named ? [document.createElement(named)] : (LINE_PARTS[line.kind]?.() ?? [h("div")]);
  const acts = WITH_ACTS.has(line.kind) ? [document.createElement("line-acts")] : [];
  return h("div", { class: `line line-${line.kind}`, tabindex: "-1", "data-item": line.id }, ...body, ...acts);
}

/** @type {Partial<Record<Line["kind"], () => HTMLElement[]>>} */
const LINE_PARTS = {
  prompt: () => [h("div", { class: "me" }), document.createElement("attachment-list")],
  outgoing: () => [h("div", { class: "me" }), h("small", { class: "waits" })],
  error: () => [
    h("div", { role: "alert" }, h("p"), h("p", { class: "error-hint" })),
    h("button", { type: "button", class: "button retry", hidden: true }, "Retry"),
  ],
  note: () => [h("p", { class: "note" })],
  hole: () => [h("p", { class: "hole" }, "Loading…")],
};

/**
 * @param {HTMLElement} element
 * @param {Line} line
 * @param {Around} around
 */
export function updateEntry(element, line, around) {
  /** @type {Showing | null} */ const acts = element.querySelector(":scope > line-acts");
  acts?.show?.(line, around.sessionId);
  updateBody(element, line, around);
}

/** @param {HTMLElement} element @param {Line} line @param {Around} around */
function updateBody(element, line, around) {
  // SAFETY: what was made for a kind has these parts
  const [body, second] = /** @type {Showing[]} */ ([...element.children]);
  switch (line.kind) {
    case "prompt":
      setText(body ?? element, line.text);
      return second?.show?.(line.attachments);
    case "outgoing":
      setAttribute(element, "data-state", line.state);
      setText(second ?? element, line.state === "queued" ? "Waits for the turn to end" : "");
      return setText(body ?? element, line.text);
    case "text":
      return body?.show?.(line.text, line.streaming, around.directory);
    case "reasoning":
      return body?.show?.(line);
    case "tool":
      return body?.show?.(line, around.directory);
    case "ask":
      return body?.show?.(line.ask);
    case "note":
      setAttribute(body ?? element, "data-note", line.note);
      return setText(body ?? element, noteText(line));
    case "error":
      tellError(body, line);
      return offerRetry(second, around.retry?.id === line.id ? around.retry.run : null);
    case "hole":
      return undefined;
    default:
      return undefined; // a newer hub knows more kinds
  }
}

/** What happened, and what can be done. @param {HTMLElement | undefined} told @param {import("../protocol.gen").ErrorItem} error */
function tellError(told, { message, hint = "" }) {
  const [what, next] = told?.children ?? [];
  if (what) setText(what, message);
  if (next) setText(next, hint);
}

/** @param {HTMLElement | undefined} button @param {(() => void) | null} run */
function offerRetry(button, run) {
  if (!button) return;
  button.hidden = !run;
  button.onclick = run;
}

/** @param {import("../protocol.gen").NoteItem} note */
function noteText({ note, text }) {
  const what = { compaction: "Context compacted", model: "Model", mode: "Mode" }[note];
  if (!text) return what;
  return note === "compaction" || text.toLowerCase().startsWith(what.toLowerCase()) ? text : `${what}: ${text}`;
}
