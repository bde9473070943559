// @ts-check
/** @import { Host } from "../host/host" */

/** Unsent prompts, one a session; they survive a reload and go with the tab. */
export class Drafts {
  /** @param {Host["storage"]} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, string>} */ this.held = new Map();
  }

  /** @param {string} sessionId */
  get(sessionId) {
    return this.held.get(sessionId) ?? this.#read(sessionId) ?? "";
  }

  /** @param {string} sessionId @param {string} text */
  set(sessionId, text) {
    this.held.set(sessionId, text);
    try {
      if (text) this.storage?.setItem(`draft:${sessionId}`, text);
      else this.storage?.removeItem(`draft:${sessionId}`);
    } catch {
      // storage is full or forbidden: the copy in memory has to do
    }
  }

  /** @param {string} sessionId */
  #read(sessionId) {
    try {
      return this.storage?.getItem(`draft:${sessionId}`);
    } catch {
      return null;
    }
  }
}
