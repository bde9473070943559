// @ts-check
/**
 * Keeps the store in step with the hub: first picture, stream, gaps, transcripts.
 *
 * @import * as P from "./protocol.gen"
 * @import { Store } from "./store.js"
 * @import { Channel } from "./host/channel.js"
 * @import { Subscription } from "./types"
 * @typedef {{ setTimeout: (callback: () => void, ms: number) => unknown, random: () => number, now: () => number }} Clock
 */
import { delayBefore } from "./backoff.js";
import { CallError } from "./host/channel.js";
import {
  asksLoaded,
  fromSnapshot,
  olderLoaded,
  reduce,
  transcriptAsked,
  transcriptFailed,
  transcriptLoaded,
} from "./reduce.js";

const PAGE = 150; // items
const TRANSCRIPTS_KEPT = 12;

export class Sync {
  /** @type {Subscription | null} */ #stream = null;
  /** @type {P.Event[] | null} */ #during = null;
  /** @type {Set<string>} */ #older = new Set();
  #attempt = 0;
  /** @type {Promise<void> | null} */ #starting = null;

  /**
   * @param {Store} store
   * @param {Channel} channel
   * @param {Clock} clock
   */
  constructor(store, channel, clock) {
    this.store = store;
    this.channel = channel;
    this.clock = clock;
  }

  /** Fetch the first picture and follow from there; tries again until there is one. */
  start() {
    this.#starting ??= this.#begin().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #begin() {
    try {
      const snapshot = await this.channel.call("snapshot", {});
      this.store.setData(fromSnapshot(this.store.data, snapshot));
      this.#attempt = 0;
      this.store.setUi({ phase: "ready", failure: null });
      this.#follow(snapshot.cursor);
      await this.#reloadShown();
    } catch (error) {
      this.#startFailed(error);
    }
  }

  retryNow() {
    if (this.#stream) this.#stream.retryNow();
    else if (this.store.ui.phase === "failed") void this.start();
  }

  /** Make sure a transcript is here or on its way. @param {string} sessionId */
  async want(sessionId) {
    const known = this.store.data.transcripts[sessionId];
    if (known && known.state !== "failed") return this.#touch(sessionId);
    await this.#load(sessionId);
  }

  /** Fetch the page before the oldest item. @param {string} sessionId */
  async wantOlder(sessionId) {
    const before = this.store.data.transcripts[sessionId]?.before;
    if (!before || this.#older.has(sessionId)) return;
    this.#older.add(sessionId);
    try {
      const page = await this.channel.call("sessions.messages", { id: sessionId, before, limit: PAGE });
      this.store.setData(olderLoaded(this.store.data, sessionId, page));
    } catch (error) {
      this.store.setUi({ notice: asProblem(error) });
    } finally {
      this.#older.delete(sessionId);
    }
  }

  /** @param {string} cursor */
  #follow(cursor) {
    this.#stream?.close();
    this.#stream = this.channel.subscribe(cursor, {
      onEvent: (event) => this.#onEvent(event),
      onState: (connection) => this.store.setUi({ connection }),
      onUnauthorized: () => this.store.setUi({ phase: "unpaired" }),
    });
  }

  /** @param {P.Event} event */
  #onEvent(event) {
    const { epoch, seq } = this.store.data;
    const whole = event.type === "pilot.snapshot";
    const gap = !whole && (event.epoch !== epoch || event.seq > seq + 1);
    this.#during?.push(event);
    if (gap) void this.#resync();
    else this.store.apply(event);
    if (whole) void this.#reloadShown();
    else this.#mend(event);
  }

  /** Something was missed: take the hub's picture and what came meanwhile. */
  async #resync() {
    if (this.#during) return;
    this.#during = [];
    try {
      const snapshot = await this.channel.call("snapshot", {});
      this.store.setData(this.#during.reduce(reduce, fromSnapshot(this.store.data, snapshot)));
    } catch {
      this.#stream?.retryNow(); // the stream itself tells when the hub is gone
    } finally {
      this.#during = null;
    }
    await this.#reloadShown();
  }

  /** Forget the transcripts that are not in view; fetch the one that is. */
  async #reloadShown() {
    const shown = this.store.ui.sessionId;
    const kept = shown ? this.store.data.transcripts[shown] : undefined;
    this.store.setData({ ...this.store.data, transcripts: shown && kept ? { [shown]: kept } : {} });
    if (shown) await this.#load(shown);
  }

  /** A delta did not fit, or the page was faster than the session: fetch the text anew. @param {P.Event} event */
  #mend({ type, sessionId }) {
    const known = sessionId ? this.store.data.transcripts[sessionId] : undefined;
    const begun = known?.state === "failed" && type === "pilot.session.started";
    if (sessionId && (known?.gap || begun)) void this.#load(sessionId);
  }

  /** @param {string} sessionId */
  async #load(sessionId) {
    this.store.setData(transcriptAsked(this.store.data, sessionId));
    const told = this.channel.call("asks.list", { session: sessionId, state: "ended" }).catch(() => null); // only a help
    try {
      const page = await this.channel.call("sessions.messages", { id: sessionId, limit: PAGE });
      const asks = (await told)?.asks ?? [];
      this.store.setData(asksLoaded(transcriptLoaded(this.store.data, sessionId, page), asks));
    } catch (error) {
      this.store.setData(transcriptFailed(this.store.data, sessionId, asProblem(error).message));
    }
  }

  /** Move to the end of the line; drop whoever is first when there are too many. @param {string} sessionId */
  #touch(sessionId) {
    const { [sessionId]: touched, ...rest } = this.store.data.transcripts;
    if (!touched) return;
    const entries = [...Object.entries(rest), /** @type {const} */ ([sessionId, touched])];
    this.store.setData({ ...this.store.data, transcripts: Object.fromEntries(entries.slice(-TRANSCRIPTS_KEPT)) });
  }

  /** @param {unknown} error */
  #startFailed(error) {
    if (error instanceof CallError && error.status === 401) return this.store.setUi({ phase: "unpaired" });
    const wait = delayBefore(this.#attempt++, this.clock.random);
    this.store.setUi({
      phase: "failed",
      failure: asProblem(error),
      connection: { state: "waiting", retryAt: this.clock.now() + wait },
    });
    this.clock.setTimeout(() => this.store.ui.phase === "failed" && void this.start(), wait);
  }
}

/** @param {unknown} error */
export function asProblem(error) {
  if (error instanceof CallError) return { message: error.message, hint: error.hint };
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}
