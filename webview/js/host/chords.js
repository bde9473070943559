// @ts-check
const WAITS = 5_000; // ms: as long as VS Code waits for the second half of a chord

/** Knows when a plain key may be the second half of one of VS Code's chords (Ctrl+K D): not ours to act on. */
export class Chords {
  #begun = Number.NEGATIVE_INFINITY;

  /** @param {() => number} now */
  constructor(now) {
    this.now = now;
  }

  /** @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event */
  isTaken = (event) => {
    if (MODIFIERS.has(event.key)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      this.#begun = this.now();
      return true;
    }
    const second = this.now() - this.#begun < WAITS;
    this.#begun = Number.NEGATIVE_INFINITY;
    return second;
  };
}

const MODIFIERS = new Set(["Control", "Shift", "Alt", "AltGraph", "Meta"]);
