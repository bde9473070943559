// @ts-check
/**
 * The one contract between the dashboard and the hub; HTTP in a browser, messages inside VS Code.
 *
 * @import { Calls } from "../protocol.gen"
 * @import { StreamHandlers, Subscription } from "../types"
 *
 * @typedef {object} Channel
 * @property {<K extends keyof Calls>(name: K, params: Calls[K]["params"]) => Promise<Calls[K]["result"]>} call
 * @property {(cursor: string, handlers: StreamHandlers) => Subscription} subscribe
 */

/** A call that did not succeed; `message` and `hint` are written for people. */
export class CallError extends Error {
  /**
   * @param {number} status 0: the hub could not be reached
   * @param {string} code
   * @param {string} message
   * @param {string} [hint]
   */
  constructor(status, code, message, hint) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}
