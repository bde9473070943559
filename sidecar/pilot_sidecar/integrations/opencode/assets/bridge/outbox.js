// @ts-check
const FRAMES = 2000;
const BYTES = 1_000_000;

/** Frames that wait for the hub: bounded, the oldest go first. */
export class Outbox {
  /** @type {{ text: string, ask?: string }[]} */
  #frames = [];
  #bytes = 0;
  /** How many were lost since somebody was told. */
  dropped = 0;

  get size() {
    return this.#frames.length;
  }

  /** @param {string} text @param {string} [ask] the ask that the frame opens */
  push(text, ask) {
    this.#frames.push({ text, ask });
    this.#bytes += text.length;
    while (this.#frames.length > 1 && (this.#frames.length > FRAMES || this.#bytes > BYTES)) {
      this.shift();
      this.dropped++;
    }
  }

  shift() {
    const frame = this.#frames.shift();
    this.#bytes -= frame?.text.length ?? 0;
    return frame?.text;
  }

  /** An ask that came and went while the hub was away need not be told. @param {string} ask */
  withdraw(ask) {
    const at = this.#frames.findIndex((frame) => frame.ask === ask);
    if (at < 0) return false;
    this.#bytes -= this.#frames.splice(at, 1)[0].text.length;
    return true;
  }

  takeDropped() {
    const dropped = this.dropped;
    this.dropped = 0;
    return dropped;
  }
}
