// @ts-check
/** @import { Keeping } from "../../webview/js/host/host" */

/** What a browser keeps, in memory; it can be told to keep nothing. @implements {Keeping} */
export class FakeVault {
  /** @type {Map<string, unknown>} */ kept = new Map();
  full = false;
  /** Nothing can be read or written any more, as after a long sleep. */ broken = false;

  async get(/** @type {string} */ key) {
    return this.broken ? undefined : structuredClone(this.kept.get(key));
  }

  async lacks(/** @type {string} */ key) {
    return !this.broken && !this.kept.has(key);
  }

  async all(/** @type {string} */ prefix) {
    return [...this.kept.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .map((key) => structuredClone(this.kept.get(key)));
  }

  async set(/** @type {string} */ key, /** @type {unknown} */ value) {
    if (!this.full && !this.broken) this.kept.set(key, structuredClone(value));
  }

  async remove(/** @type {string} */ key) {
    if (!this.broken) this.kept.delete(key);
  }
}
