// @ts-check
/** @import { Keeping } from "../../webview/js/host/host" */

/** What a browser keeps, in memory; it can be told to keep nothing. @implements {Keeping} */
export class FakeVault {
  /** @type {Map<string, unknown>} */ kept = new Map();
  full = false;

  async get(/** @type {string} */ key) {
    return structuredClone(this.kept.get(key));
  }

  async all(/** @type {string} */ prefix) {
    return [...this.kept.keys()]
      .filter((key) => key.startsWith(prefix))
      .sort()
      .map((key) => structuredClone(this.kept.get(key)));
  }

  async set(/** @type {string} */ key, /** @type {unknown} */ value) {
    if (!this.full) this.kept.set(key, structuredClone(value));
  }

  async remove(/** @type {string} */ key) {
    this.kept.delete(key);
  }
}
