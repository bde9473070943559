// @ts-check
/**
 * @import { Channel } from "./channel.js"
 * @import { FromPage, Refusal, ToPage } from "./messages"
 * @import { EditorClock } from "./editor-stream.js"
 * @typedef {{ resolve: (result: any) => void, reject: (error: Error) => void, timer: unknown }} Waiting
 */
import { CallError } from "./channel.js";
import { EditorStream } from "./editor-stream.js";

export const CALL_LIMIT = 60_000; // ms

/** The hub as the extension relays it: calls and answers find each other by number. @implements {Channel} */
export class EditorChannel {
  /** @type {Map<number, Waiting>} */ #waiting = new Map();
  /** @type {EditorStream | null} */ #stream = null;
  #calls = 0;
  #streams = 0;
  #connected = false;

  /** @param {(message: FromPage) => void} post @param {EditorClock} clock */
  constructor(post, clock) {
    this.post = post;
    this.clock = clock;
  }

  /** @type {Channel["call"]} */
  call(name, params) {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      const timer = this.clock.setTimeout(() => this.#settle(id)?.reject(late()), CALL_LIMIT);
      this.#waiting.set(id, { resolve, reject, timer });
      this.post({ type: "call", id, name, params });
    });
  }

  /** @type {Channel["subscribe"]} */
  subscribe(cursor, handlers) {
    this.#stream?.close();
    const stream = new EditorStream(this.post, cursor, handlers, this.clock, () => ++this.#streams);
    this.#stream = stream;
    stream.hub(this.#connected);
    return stream;
  }

  /** The extension tells whether it reaches the hub. @param {boolean} connected */
  hub(connected) {
    this.#connected = connected;
    this.#stream?.hub(connected);
  }

  /** @param {ToPage} message */
  take(message) {
    if (message.type === "answer") this.#settle(message.id)?.resolve(message.result);
    else if (message.type === "refusal") this.#refused(message.id, message.error);
    else if (message.type === "subscribed") this.#stream?.subscribed(message.stream, message.error);
    else if (message.type === "events") this.#stream?.events(message.stream, message.events);
  }

  /** @param {number | undefined} id @param {Refusal} error */
  #refused(id, error) {
    if (id === undefined) console.error(error.message);
    else this.#settle(id)?.reject(refused(error));
  }

  /** Each call is settled once; what comes later, or twice, is nobody's. @param {number} id */
  #settle(id) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) this.clock.clearTimeout(waiting.timer);
    return waiting;
  }
}

/** @param {Refusal} error */
function refused({ code, message, hint }) {
  return new CallError(code === "unreachable" ? 0 : 400, code, message, hint);
}

function late() {
  const hint = "It may have happened all the same: look before you try again.";
  return new CallError(0, "timeout", "Pilot did not answer in time.", hint);
}
