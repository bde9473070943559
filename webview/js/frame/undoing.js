// @ts-check
/** @import { Store } from "../store.js" */
const UNDO_OFFERED = 12_000; // ms that the notice stays
const UNDO_KEPT = 20;

/** What was done last and can be taken back: by the notice's button, or by Ctrl+Z. */
export class Undoing {
  /** @type {{ id: number, run: () => unknown }[]} */ #done = [];
  #ids = 0;

  /** @param {Store} store @param {(callback: () => void, ms: number) => unknown} later */
  constructor(store, later) {
    this.store = store;
    this.later = later;
  }

  /** @param {string} message what was done @param {() => unknown} run takes it back */
  offer(message, run) {
    const id = ++this.#ids;
    this.#done = [...this.#done, { id, run }].slice(-UNDO_KEPT);
    this.store.setUi({ undo: { id, message } });
    this.later(() => this.dismiss(id), UNDO_OFFERED);
  }

  /** @param {number} id */
  dismiss(id) {
    if (this.store.ui.undo?.id === id) this.store.setUi({ undo: null });
  }

  /** Take the last thing back. @returns {boolean} whether there was one */
  undo() {
    const last = this.#done.at(-1);
    if (!last) return false;
    this.#done = this.#done.slice(0, -1);
    this.dismiss(last.id);
    last.run();
    return true;
  }
}

/** Ctrl+Z, where it is not a text's own. @param {Document} document @param {Undoing} undoing */
export function listenForUndo(document, undoing) {
  document.addEventListener("keydown", (event) => {
    const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key === "z";
    if (!wanted || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("textarea, input, [contenteditable]")) return;
    if (undoing.undo()) event.preventDefault();
  });
}
