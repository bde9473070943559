// @ts-check
const WAITS = 5_000; // ms: as long as VS Code waits for the second half of a chord
const SOON = 1_000; // ms: who made Ctrl+B the first half of one is quick

/** Knows when a plain key may be the second half of one of VS Code's chords (Ctrl+K D): not ours to act on. */
export class Chords {
  #until = 0;

  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
  }

  /** @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event */
  isTaken = (event) => {
    if (MODIFIERS.has(event.key)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      this.#until = this.now() + (event.key.toLowerCase() === "k" ? WAITS : SOON);
      return true;
    }
    const second = this.now() < this.#until;
    this.#until = 0;
    return second;
  };
}

const MODIFIERS = new Set(["Control", "Shift", "Alt", "AltGraph", "Meta"]);
