// @ts-check
/** @import { LogWindow } from "./log-window.js" */

const LOG_STEP = 60; // px

/**
 * Keys that move through a log: while it has the focus, or nothing has.
 * @param {KeyboardEvent} event
 * @param {LogWindow} window
 * @param {HTMLElement} log
 */
export function moveByKey(event, window, log) {
  const at = event.target;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!(at instanceof HTMLElement) || !(at === document.body || log.contains(at)) || !log.clientHeight) return;
  if (at.closest("input, textarea, select, pre, .table-frame, [role=menu]")) return;
  const move = event.altKey ? LOG_STEPS[event.key] : LOG_MOVES[event.key];
  if (!move || (at === document.body && event.key.startsWith("Arrow"))) return;
  event.preventDefault();
  move(window, log);
}

/**
 * The usual keys for looking for words; pressed again in the bar, they are the browser's own.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} transcript
 * @param {import("../components/find-bar.js").FindBar} bar
 */
export function findByKey(event, transcript, bar) {
  if (event.defaultPrevented || event.altKey || !transcript.checkVisibility?.()) return false;
  const opens = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "f";
  if (opens && (bar.contains(document.activeElement) || document.querySelector("dialog[open]"))) return false;
  if (opens) bar.open();
  else if (event.key === "F3" && bar.isOpen) bar.step(event.shiftKey ? -1 : 1);
  else return false;
  event.preventDefault();
  return true;
}

/** @type {Record<string, (window: LogWindow, log: HTMLElement) => void>} */
const LOG_MOVES = {
  Home: (window) => window.toStart(),
  End: (window) => window.toEnd(),
  PageUp: (window, log) => window.by(-log.clientHeight * 0.9),
  PageDown: (window, log) => window.by(log.clientHeight * 0.9),
  ArrowUp: (window) => window.by(-LOG_STEP),
  ArrowDown: (window) => window.by(LOG_STEP),
};

/** @type {Record<string, (window: LogWindow, log: HTMLElement) => void>} */
const LOG_STEPS = {
  ArrowUp: (_, log) => stepLine(log, -1),
  ArrowDown: (_, log) => stepLine(log, 1),
};

/** @param {HTMLElement} log @param {number} step */
function stepLine(log, step) {
  const lines = [...log.querySelectorAll(".lines > .line")];
  const edge = log.getBoundingClientRect().top;
  const now = lines.findIndex((line) => line.contains(document.activeElement));
  const first = lines.findIndex((line) => line.getBoundingClientRect().top >= edge);
  const next = lines[now < 0 ? first : now + step];
  if (next instanceof HTMLElement) next.focus();
}
