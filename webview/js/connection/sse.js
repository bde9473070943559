// @ts-check
/**
 * Keeps a stream of events open: reconnects with back-off, notices a silent connection, resumes at the cursor.
 *
 * @import * as P from "../protocol.gen"
 * @import { Connection, StreamHandlers } from "../types"
 *
 * @typedef {object} Source the part of EventSource that is used
 * @property {(name: string, listener: (event: any) => void) => void} addEventListener
 * @property {() => void} close
 *
 * @typedef {object} Surroundings what the stream needs from the world; handed in so that tests can fake it
 * @property {(cursor: string) => Source} open
 * @property {() => Promise<boolean>} isPaired asked when a connection fails: EventSource hides the reason
 * @property {(callback: () => void, ms: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} now
 * @property {() => number} random
 */
import { delayBefore } from "./backoff.js";

export const HEARTBEAT = 15_000; // ms
const GRACE_MS = 2_000;
const SILENCE = 2 * HEARTBEAT + GRACE_MS; // two heartbeats missed, and a little grace
const CONNECT_LIMIT = 10_000; // ms
const SETTLES = 1_000; // ms: one change of the network is told in several ways

export class EventStream {
  /** @type {Source | null} */ #source = null;
  /** @type {unknown} */ #timer = null;
  #attempt = 0;
  #closed = false;
  #isOpen = false;
  #begunAt = 0;
  #heardAt = 0;

  /**
   * @param {Surroundings} world
   * @param {string} cursor
   * @param {StreamHandlers} handlers
   */
  constructor(world, cursor, handlers) {
    this.world = world;
    this.cursor = cursor;
    this.handlers = handlers;
  }

  start() {
    this.#connect();
    return this;
  }

  close() {
    this.#closed = true;
    this.#drop();
  }

  /** Try now instead of waiting: the person asked, the network came back, the page woke up. */
  retryNow() {
    if (this.#closed || this.#source) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** The network is another one, or the machine slept: an open connection may be dead without knowing it. */
  renew() {
    const justBegun = !this.#isOpen && this.world.now() - this.#begunAt < SETTLES;
    if (this.#closed || justBegun) return;
    this.#attempt = 0;
    this.#connect();
  }

  /** Somebody looks at the page: a connection that was silent for too long is not waited for. */
  check() {
    if (!this.#source) this.retryNow();
    else if (this.world.now() - this.#heardAt > HEARTBEAT + GRACE_MS) this.renew();
  }

  #connect() {
    this.#drop();
    this.#tell({ state: "connecting" });
    this.#begunAt = this.#heardAt = this.world.now();
    const source = this.world.open(this.cursor);
    this.#source = source;
    const mine = () => this.#source === source;
    source.addEventListener("open", () => mine() && this.#opened());
    source.addEventListener("error", () => mine() && this.#failed());
    source.addEventListener("heartbeat", () => mine() && this.#heard());
    source.addEventListener("message", (message) => mine() && this.#received(message));
    this.#setTimer(() => this.#failed(), CONNECT_LIMIT);
  }

  #opened() {
    this.#isOpen = true;
    this.#attempt = 0;
    this.#watch();
    this.#tell({ state: "open" });
  }

  #heard() {
    this.#watch();
  }

  /** @param {{ data: string, lastEventId: string }} message */
  #received(message) {
    this.#watch();
    if (message.lastEventId) this.cursor = message.lastEventId;
    const event = parse(message.data);
    if (event) this.handlers.onEvent(event);
  }

  /** Start the count of silence anew. */
  #watch() {
    this.#heardAt = this.world.now();
    this.#setTimer(() => this.#failed(), SILENCE);
  }

  #failed() {
    this.#drop();
    const wait = delayBefore(this.#attempt++, this.world.random);
    this.#tell({ state: "waiting", retryAt: this.world.now() + wait });
    this.#setTimer(() => this.#connect(), wait);
    this.#askWhetherPaired();
  }

  async #askWhetherPaired() {
    if (await this.world.isPaired()) return;
    if (this.#closed) return;
    this.close();
    this.handlers.onUnauthorized();
  }

  #drop() {
    this.world.clearTimeout(this.#timer);
    this.#timer = null;
    this.#source?.close();
    this.#source = null;
    this.#isOpen = false;
  }

  /** @param {() => void} callback @param {number} ms */
  #setTimer(callback, ms) {
    this.world.clearTimeout(this.#timer);
    this.#timer = this.world.setTimeout(callback, ms);
  }

  /** @param {Connection} connection */
  #tell(connection) {
    if (!this.#closed) this.handlers.onState(connection);
  }
}

/** @param {string} data @returns {P.Event | null} */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null; // a broken frame is a gap: the next event's seq tells
  }
}
