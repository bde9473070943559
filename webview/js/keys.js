// @ts-check
/**
 * @import { Store } from "./store.js"
 * @import { Actions } from "./actions.js"
 */

/** What the shortcuts sheet lists. @type {[keys: string, what: string][]} */
export const SHORTCUTS = [
  ["a", "Allow once"],
  ["d", "Deny"],
  ["[  ]", "Previous or next ask"],
  ["j  k", "Next or previous session"],
  ["/  i", "Write a prompt"],
  ["Enter", "Send (Shift+Enter: new line)"],
  ["Alt Enter", "Send after this turn, where the agent can wait"],
  ["Esc", "Leave the field, close, go back"],
  ["?", "This list"],
];

/**
 * @param {Document} document
 * @param {Store} store
 * @param {Actions} actions
 * @param {(event: KeyboardEvent) => boolean} isTaken whether a key belongs to somebody else
 */
export function listenToKeys(document, store, actions, isTaken) {
  document.addEventListener("keydown", (event) => {
    if (isTaken(event)) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || store.ui.phase !== "ready") return;
    if (event.key === "Escape") return leave(document, store, actions);
    if (store.ui.sheet || isTyping(event.target)) return;
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action(document, actions);
  });
}

/** @type {Record<string, (document: Document, actions: Actions) => void>} */
const KEYS = {
  a: (document) => press(document, "allow_once"),
  d: (document) => press(document, "deny"),
  "[": (_, actions) => actions.stepAsk(-1),
  "]": (_, actions) => actions.stepAsk(1),
  j: (_, actions) => actions.stepSession(1),
  k: (_, actions) => actions.stepSession(-1),
  ArrowDown: (_, actions) => actions.stepSession(1),
  ArrowUp: (_, actions) => actions.stepSession(-1),
  "/": (document) => focusComposer(document),
  i: (document) => focusComposer(document),
  "?": (_, actions) => actions.showSheet("shortcuts"),
};

/** The key does what the button in sight does: same guard, same look. @param {Document} document @param {string} kind */
function press(document, kind) {
  const button = document.querySelector(`ask-dock button[data-decision="${kind}"]`);
  if (button instanceof HTMLButtonElement && button.checkVisibility?.() !== false) button.click();
}

/** @param {Document} document */
function focusComposer(document) {
  const field = document.querySelector("prompt-composer textarea");
  if (field instanceof HTMLElement) field.focus();
}

/** @param {Document} document @param {Store} store @param {Actions} actions */
function leave(document, store, actions) {
  const active = document.activeElement;
  if (store.ui.sheet) actions.showSheet(null);
  else if (active instanceof HTMLElement && isTyping(active)) active.blur();
  else if (store.ui.view !== "list") actions.openList();
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
  );
}
