// @ts-check
/**
 * @import { Channel } from "../../webview/js/host/channel.js"
 * @import { StreamHandlers } from "../../webview/js/types"
 */

/** A hub that answers as told and sends what a test hands it. @implements {Channel} */
export class FakeChannel {
  /** @type {{ name: string, params: any }[]} */ calls = [];
  /** @type {Record<string, (params: any) => any>} */ answers = {};
  /** @type {StreamHandlers | null} */ handlers = null;
  /** @type {string[]} */ cursors = [];

  /** @type {any} */
  call = async (/** @type {string} */ name, /** @type {any} */ params) => {
    this.calls.push({ name, params });
    const answer = this.answers[name];
    if (!answer) throw new Error(`no answer for ${name}`);
    return answer(params);
  };

  /** @type {Channel["subscribe"]} */
  subscribe = (cursor, handlers) => {
    this.cursors.push(cursor);
    this.handlers = handlers;
    return { close: () => {}, retryNow: () => {}, renew: () => {}, check: () => {} };
  };

  /** @param {any[]} events */
  send(events) {
    for (const event of events) this.handlers?.onEvent(event);
  }

  /** @param {string} name */
  named(name) {
    return this.calls.filter((call) => call.name === name);
  }
}
