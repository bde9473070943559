// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @typedef {[pitch: number, at: number]} Tone in Hz, and s after the beginning
 */

const LOUD = 0.16;
const RISES = 0.012; // s: a tone that begins at once clicks
const FADES = 0.5; // s

/** @type {Record<P.Notice["kind"], Tone[]>} */
const TUNES = {
  ask: [[659, 0], [880, 0.13]],
  finished: [[784, 0], [659, 0.12], [523, 0.24]],
  error: [[330, 0], [262, 0.2]],
  stuck: [[440, 0], [440, 0.28]],
  budget: [[440, 0], [440, 0.28]],
  test: [[659, 0], [880, 0.13]],
}; // biome-ignore format: a tune a line

/** A short, soft sound; browsers allow it once somebody pressed something. */
export class Chime {
  /** @type {AudioContext | null} */ #context = null;
  #waits = false;

  /** @param {Window & { AudioContext?: typeof AudioContext }} window */
  constructor(window) {
    this.window = window;
  }

  /** Have it ready with the next press. */
  unlock() {
    if (this.#waits) return;
    this.#waits = true;
    const { document } = this.window;
    for (const name of ["pointerup", "keydown"])
      document.addEventListener(name, () => void this.#awake(), { once: true, passive: true });
  }

  /** @param {P.Notice["kind"]} kind @returns {Promise<boolean>} whether it was heard */
  async play(kind) {
    const context = await this.#awake();
    if (!context) return false;
    for (const [pitch, at] of TUNES[kind]) sound(context, pitch, context.currentTime + at);
    return true;
  }

  /** @returns {Promise<AudioContext | null>} null while the browser forbids it */
  async #awake() {
    const { AudioContext } = this.window;
    if (!AudioContext) return null;
    this.#context ??= new AudioContext();
    if (this.#context.state !== "running") await Promise.race([this.#context.resume().catch(() => {}), unheard()]);
    return this.#context.state === "running" ? this.#context : null;
  }
}

/** A browser that forbids it never answers. */
function unheard() {
  return new Promise((done) => setTimeout(done, 300));
}

/** @param {AudioContext} context @param {number} pitch @param {number} at */
function sound(context, pitch, at) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUD, at + RISES);
  volume.gain.exponentialRampToValueAtTime(0.001, at + FADES);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + FADES);
}
