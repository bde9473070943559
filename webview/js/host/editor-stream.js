// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Connection, StreamHandlers } from "../types"
 * @import { FromPage, Refusal } from "./messages"
 *
 * @typedef {object} EditorClock
 * @property {(callback: () => void, ms: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now
 * @property {() => number} random
 */
import { delayBefore } from "../connection/backoff.js";

const ANSWER_LIMIT = 20_000; // ms

/** Events through the extension: resumes at its cursor whenever the hub is there again. */
export class EditorStream {
  #connected = false;
  #stream = 0; // the subscription whose events count; 0: none
  /** @type {unknown} */ #timer = null;
  #attempt = 0;
  #closed = false;

  /**
   * @param {(message: FromPage) => void} post
   * @param {string} cursor
   * @param {StreamHandlers} handlers
   * @param {EditorClock} clock
   * @param {() => number} number of a new subscription
   */
  constructor(post, cursor, handlers, clock, number) {
    this.post = post;
    this.cursor = cursor;
    this.handlers = handlers;
    this.clock = clock;
    this.number = number;
  }

  /** @param {boolean} connected */
  hub(connected) {
    if (connected && this.#connected && this.#stream) return; // told again
    this.#connected = connected;
    this.#attempt = 0;
    if (connected) return this.#ask();
    this.#leave();
    this.#tell({ state: "waiting" });
  }

  /** @param {number} stream @param {Refusal} [error] */
  subscribed(stream, error) {
    if (stream !== this.#stream) return;
    if (error) return this.#failed();
    this.clock.clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#tell({ state: "open" });
  }

  /** @param {number} stream @param {P.Event[]} events */
  events(stream, events) {
    if (stream !== this.#stream) return;
    for (const event of events) {
      this.cursor = event.type === "pilot.snapshot" ? event.snapshot.cursor : `${event.epoch}-${event.seq}`;
      this.handlers.onEvent(event);
    }
  }

  retryNow() {
    if (this.#connected && !this.#stream) this.#ask();
  }

  /** The extension knows the network, not this page. */
  renew() {
    this.retryNow();
  }

  check() {
    this.retryNow();
  }

  close() {
    if (this.#stream) this.post({ type: "unsubscribe" });
    this.#leave();
    this.#closed = true;
  }

  #ask() {
    if (this.#closed) return;
    this.#leave();
    this.#stream = this.number();
    this.#tell({ state: "connecting" });
    this.#timer = this.clock.setTimeout(() => this.#failed(), ANSWER_LIMIT);
    this.post({ type: "subscribe", stream: this.#stream, cursor: this.cursor });
  }

  #failed() {
    this.#leave();
    const wait = delayBefore(this.#attempt++, this.clock.random);
    this.#tell({ state: "waiting", retryAt: this.clock.now() + wait });
    this.#timer = this.clock.setTimeout(() => this.retryNow(), wait);
  }

  #leave() {
    this.clock.clearTimeout(this.#timer);
    this.#stream = 0;
  }

  /** @param {Connection} connection */
  #tell(connection) {
    if (!this.#closed) this.handlers.onState(connection);
  }
}
