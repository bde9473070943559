// @ts-check
/**
 * @import { Store } from "../store.js"
 * @import { Actions } from "../actions.js"
 */
const ASKS = ":is(.column[data-current] ask-dock, .stage:not(.columns) ask-dock, ask-banner)";
const DECIDING = new Set(["a", "d"]);
const TWICE = 700; // ms between the two halves of Esc Esc

/**
 * @param {Document} document
 * @param {Store} store
 * @param {Actions} actions
 * @param {(event: KeyboardEvent) => boolean} isTaken whether a key belongs to somebody else
 */
export function listenToKeys(document, store, actions, isTaken) {
  const leaving = new Escape(document, store, actions);
  document.addEventListener("keydown", (event) => {
    if (isTaken(event) || store.ui.phase !== "ready") return;
    if (isPaletteKey(event)) return togglePalette(event, store, actions);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return isElsewhere(event.target, store) ? undefined : leaving.press();
    if (event.key.startsWith("Arrow") && !isForTheList(event)) return;
    if (store.ui.sheet || isTyping(event.target) || isInDialog(event.target)) return;
    if (event.repeat && DECIDING.has(event.key)) return; // a key that is held decides once
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action(document, actions);
  });
}

/** What each plain key does; shortcuts.js has the words. @type {Record<string, (document: Document, actions: Actions) => void>} */
const KEYS = {
  a: (document) => press(document, "allow_once"),
  d: (document) => press(document, "deny"),
  "[": (_, actions) => actions.stepAsk(-1),
  "]": (_, actions) => actions.stepAsk(1),
  w: (_, actions) => actions.openAsks(),
  j: (_, actions) => actions.stepSession(1),
  k: (_, actions) => actions.stepSession(-1),
  ArrowDown: (_, actions) => actions.stepSession(1),
  ArrowUp: (_, actions) => actions.stepSession(-1),
  n: (_, actions) => actions.openStart(),
  p: (_, actions) => actions.openPalette(),
  m: (_, actions) => actions.openPalette("models"),
  "/": (document) => focusComposer(document),
  i: (document) => focusComposer(document),
  "?": (_, actions) => actions.showSheet("shortcuts"),
};

/** Ctrl+K or ⌘K; inside VS Code that is the editor's own, and was taken before. @param {KeyboardEvent} event */
function isPaletteKey(event) {
  return (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k";
}

/** @param {KeyboardEvent} event @param {Store} store @param {Actions} actions */
function togglePalette(event, store, actions) {
  event.preventDefault();
  if (store.ui.sheet === "palette") actions.showSheet(null);
  else actions.openPalette();
}

/** The key does what the button in sight does: same guard, same look. @param {Document} document @param {string} kind */
function press(document, kind) {
  const button = [...document.querySelectorAll(`${ASKS} button[data-decision="${kind}"]`)].find(
    (one) => one.checkVisibility?.() !== false,
  );
  if (button instanceof HTMLButtonElement) button.click();
}

/** @param {Document} document */
function focusComposer(document) {
  const field = inHand(document).querySelector("prompt-composer textarea");
  if (field instanceof HTMLElement) field.focus();
}

/** The column in hand, where several sessions stand side by side. @param {Document} document @returns {ParentNode} */
function inHand(document) {
  return document.querySelector(".column[data-current]") ?? document;
}

/** Once: leave what is open. Twice in a row: stop the turn. */
class Escape {
  #last = Number.NEGATIVE_INFINITY;

  /** @param {Document} document @param {Store} store @param {Actions} actions */
  constructor(document, store, actions) {
    this.document = document;
    this.store = store;
    this.actions = actions;
  }

  press() {
    const now = performance.now();
    const twice = now - this.#last < TWICE;
    this.#last = now;
    if (this.store.ui.sheet) return this.actions.showSheet(null);
    if (this.store.ui.drawer) return this.actions.frame.showDrawer(false);
    if (twice && this.actions.composing.stopShown()) return;
    const active = this.document.activeElement;
    if (active instanceof HTMLElement && isTyping(active)) active.blur();
    else if (this.store.ui.view !== "list") this.actions.openList();
  }
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio])"))
  );
}

/** Arrow keys are the list's own; elsewhere they scroll, choose and select. @param {KeyboardEvent} event */
function isForTheList({ target, shiftKey }) {
  return !shiftKey && target instanceof Element && target.matches("body, session-rail *");
}

/** A dialog that is no sheet, such as an enlarged picture, closes by itself. @param {EventTarget | null} target @param {Store} store */
function isElsewhere(target, store) {
  return !store.ui.sheet && isInDialog(target);
}

/** @param {EventTarget | null} target */
function isInDialog(target) {
  return target instanceof Element && target.closest("dialog[open]") !== null;
}
