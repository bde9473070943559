// @ts-check
/**
 * @import { Address } from "../router.js"
 * @typedef {{ hash: string, texts: Record<string, string> }} KeptState
 */
const STEPS = 50;
const LONGEST = 200_000; // characters of drafts: VS Code keeps them in its own state

/** Where the page is and what is not sent yet, kept by VS Code: a view is loaded anew each time it is shown. @implements {Address} */
export class Kept {
  /** @type {KeptState} */ #state;
  /** @type {string[]} */ #before = [];

  /** @param {{ getState: () => unknown, setState: (state: unknown) => void }} api */
  constructor(api) {
    this.api = api;
    this.#state = readable(api.getState());
  }

  get hash() {
    return this.#state.hash;
  }

  /** @param {string} hash */
  push(hash) {
    this.#before = [...this.#before, this.hash].slice(-STEPS);
    this.replace(hash);
  }

  /** @param {string} hash */
  replace(hash) {
    this.#keep({ ...this.#state, hash });
  }

  /** @param {() => void} moved */
  back(moved) {
    const before = this.#before.pop();
    if (before === undefined) return false;
    this.replace(before);
    moved();
    return true;
  }

  listen() {} // nobody else moves it

  /** @param {string} key */
  getItem(key) {
    return this.#state.texts[key] ?? null;
  }

  /** @param {string} key @param {string} text */
  setItem(key, text) {
    const texts = { ...this.#state.texts, [key]: text };
    if (JSON.stringify(texts).length > LONGEST) throw new RangeError("too much to keep");
    this.#keep({ ...this.#state, texts });
  }

  /** @param {string} key */
  removeItem(key) {
    const { [key]: _gone, ...texts } = this.#state.texts;
    this.#keep({ ...this.#state, texts });
  }

  /** @param {KeptState} state */
  #keep(state) {
    this.#state = state;
    this.api.setState(state);
  }
}

/** An older version may have left anything. @param {unknown} value @returns {KeptState} */
function readable(value) {
  const { hash, texts } = isRecord(value) ? value : {};
  const kept = isRecord(texts) ? Object.entries(texts).filter(([, text]) => typeof text === "string") : [];
  // SAFETY: only texts are left
  return { hash: typeof hash === "string" ? hash : "", texts: /** @type {any} */ (Object.fromEntries(kept)) };
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
