// @ts-check
/**
 * How this browser gets in: a code, sometimes a person's yes at the hub's machine, then its own cookie.
 *
 * @import { Store } from "../store.js"
 * @import { AskProblem, Entering } from "../types"
 * @import { Doorbell } from "../host/host"
 */
import { CallError } from "../host/channel.js";
import { asProblem } from "./sync.js";

const KEPT_AT = "pilot:entering";
const PAIRED_AT = "pilot:paired";
const TRY_AGAIN = 1_000; // ms, after the network failed

/** @typedef {{ message: string, hint?: string | undefined } | "in" | "left"} Entered in, left by the person, or why not */

export class EntryDesk {
  #attempt = 0;

  /** @param {{ store: Store, doorbell: Doorbell, storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null | undefined, later: (callback: () => void, ms: number) => unknown, now?: () => number }} tools */
  constructor({ store, doorbell, storage = null, later, now = Date.now }) {
    this.store = store;
    this.doorbell = doorbell;
    this.storage = storage;
    this.later = later;
    this.now = now;
  }

  /** Use a code. @param {string} code @param {string} name @returns {Promise<Entered>} */
  async enter(code, name) {
    try {
      const waiting = await this.doorbell.pair(code, name);
      return waiting ? await this.#wait(waiting) : "in";
    } catch (error) {
      return asProblem(error);
    }
  }

  /** What waited when the page was left: a phone forgets pages that are not looked at. @returns {Entering | null} */
  get left() {
    try {
      const kept = JSON.parse(this.storage?.getItem(KEPT_AT) ?? "null");
      return typeof kept?.ticket === "string" && kept.expiresAt > this.now() ? kept : null;
    } catch {
      return null;
    }
  }

  /** Go on waiting. @param {Entering} waiting @returns {Promise<Entered>} */
  resume(waiting) {
    return this.#wait(waiting);
  }

  /** The person does not want to wait, so nobody has to answer. */
  async cancel() {
    const { entering } = this.store.ui;
    this.#attempt++;
    this.#keep(null);
    if (entering) await this.doorbell.leave(entering.ticket).catch(() => {}); // else it ends by itself
  }

  /** @param {Entering} first @returns {Promise<Entered>} */
  async #wait(first) {
    const attempt = ++this.#attempt;
    /** @type {Entering | null} */ let waiting = first;
    this.#keep(first);
    try {
      while (waiting) {
        waiting = await this.#look(waiting);
        if (attempt !== this.#attempt) return "left";
      }
      return "in";
    } catch (error) {
      return attempt === this.#attempt ? asProblem(error) : "left";
    } finally {
      if (attempt === this.#attempt) this.#keep(null);
    }
  }

  /** @param {Entering} waiting @returns {Promise<Entering | null>} */
  async #look(waiting) {
    try {
      return await this.doorbell.waitForYes(waiting.ticket);
    } catch (error) {
      const away = error instanceof CallError && error.status === 0;
      if (!away || waiting.expiresAt <= this.now()) throw error;
      await new Promise((done) => this.later(() => done(null), TRY_AGAIN));
      return waiting;
    }
  }

  /** @param {Entering | null} entering */
  #keep(entering) {
    const unseen = entering && this.store.ui.phase !== "ready";
    this.store.setUi({ entering, ...(unseen && { phase: /** @type {const} */ ("unpaired"), failure: null }) });
    try {
      if (entering) this.storage?.setItem(KEPT_AT, JSON.stringify(entering));
      else this.storage?.removeItem(KEPT_AT);
    } catch {
      // it holds until the page is left
    }
  }
}

/** Whether this browser was let in before outlives the page: then its screen says why it is out. @param {Store} store @param {import("../saved.js").Lasting | undefined} lasting */
export function rememberPaired(store, lasting) {
  let said = false;
  try {
    if (lasting?.getItem(PAIRED_AT)) store.setUi({ wasPaired: true });
  } catch {
    said = true; // nothing can be kept here
  }
  store.subscribe(() => {
    if (said || store.ui.phase !== "ready") return;
    said = true;
    try {
      lasting?.setItem(PAIRED_AT, "yes");
    } catch {
      // it holds until the page is left
    }
  });
}
