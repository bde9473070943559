// @ts-check
/**
 * Keeps the store in step with the hub: first picture, stream, gaps, transcripts.
 *
 * @import * as P from "../protocol.gen"
 * @import { Store } from "../store.js"
 * @import { Channel } from "../host/channel.js"
 * @import { Connection, Subscription, Transcript } from "../types"
 * @import { LastKnown } from "./last-known.js"
 * @typedef {{ setTimeout: (callback: () => void, ms: number) => unknown, random: () => number, now: () => number }} Clock
 */

import { CallError } from "../host/channel.js";
import {
  asksLoaded,
  emptyState,
  fromSnapshot,
  olderLoaded,
  reduce,
  transcriptAsked,
  transcriptFailed,
  transcriptLoaded,
  transcriptRecalled,
} from "../reduce.js";
import { mayCall } from "../select.js";
import { delayBefore } from "./backoff.js";

const PAGE = 150; // items
const LATELY = 40; // items among which a prompt that was just sent is looked for
const TRANSCRIPTS_KEPT = 12;
const JUST_BACK = 5_000; // ms after a connection was lost
const PATIENCE = 2_500; // ms without an answer before what was known last is shown

export class Sync {
  /** @type {Subscription | null} */ #stream = null;
  /** @type {P.Event[] | null} */ #during = null;
  /** @type {Map<string, Promise<void>>} */ #older = new Map();
  /** @type {Map<string, number>} by session: what an earlier request brings is older than what is here */ #latest =
    new Map();
  #loads = 0;
  #attempt = 0;
  #backAt = Number.NEGATIVE_INFINITY;
  /** @type {Promise<void> | null} */ #starting = null;

  /**
   * @param {Store} store
   * @param {Channel} channel
   * @param {Clock} clock
   * @param {LastKnown | null} [memory] what this browser keeps for when the hub is away
   */
  constructor(store, channel, clock, memory = null) {
    this.store = store;
    this.channel = channel;
    this.clock = clock;
    this.memory = memory;
  }

  /** Fetch the first picture and follow from there; tries again until there is one. */
  start() {
    this.#starting ??= this.#begin().finally(() => (this.#starting = null));
    return this.#starting;
  }

  /** Until there is something to show: the hub's picture, or what was known last if that takes long. */
  startOrRecall() {
    if (!this.memory) return this.start();
    return Promise.race([this.start(), this.#recallIfLate()]);
  }

  /** A moment later, and only if there is something: else wait on. @returns {Promise<void>} */
  #recallIfLate() {
    return new Promise((shown) => {
      this.clock.setTimeout(async () => {
        await this.memory?.recall();
        if (this.store.ui.phase === "ready") shown();
      }, PATIENCE);
    });
  }

  async #begin() {
    try {
      const snapshot = await this.channel.call("snapshot", {});
      this.store.setData(fromSnapshot(this.store.data, snapshot));
      this.#attempt = 0;
      this.store.setUi({ phase: "ready", failure: null, asOf: null, wasPaired: true });
      this.#follow(snapshot.cursor);
      await this.#reloadShown();
    } catch (error) {
      await this.#startFailed(error);
    }
  }

  /** Take the hub's picture anew, though nothing seems to be missing. */
  lookAgain() {
    return this.#stream ? this.#resync() : this.start();
  }

  /** The person asked, or the hub may be back: do not wait for the next attempt. */
  retryNow() {
    if (this.#stream) this.#stream.retryNow();
    else if (this.#isTrying) void this.start();
  }

  /** The network is another one, or the machine slept. */
  renew() {
    if (this.#stream) this.#stream.renew();
    else this.retryNow();
  }

  /** Somebody looks at the page. Another tab may have paired this browser meanwhile. */
  check() {
    if (this.#stream) this.#stream.check();
    else if (this.#isTrying || this.store.ui.phase === "unpaired") void this.start();
  }

  /** Without a stream there is a first picture to get, unless that needs a person. */
  get #isTrying() {
    return this.store.ui.phase === "failed" || (this.store.ui.phase === "ready" && this.store.ui.asOf !== null);
  }

  /** Make sure a transcript is here or on its way; those that were read longest ago go. @param {string} sessionId */
  async want(sessionId) {
    const known = this.store.data.transcripts[sessionId];
    const coming = known && known.state !== "failed" ? null : this.#load(sessionId);
    this.#touch(sessionId);
    await coming;
  }

  /** Fetch the latest page anew; when much is here, only that is kept. Nothing else goes. @param {string} sessionId */
  refresh(sessionId) {
    return this.#load(sessionId);
  }

  /** Fetch the page before the oldest item. @param {string} sessionId @returns {Promise<void>} */
  wantOlder(sessionId) {
    const coming = this.#older.get(sessionId);
    if (coming) return coming;
    const before = this.store.data.transcripts[sessionId]?.before;
    if (!before) return Promise.resolve();
    const asked = this.#loadOlder(sessionId, before).finally(() => this.#older.delete(sessionId));
    this.#older.set(sessionId, asked);
    return asked;
  }

  /** @param {string} sessionId @param {string} before */
  async #loadOlder(sessionId, before) {
    try {
      const page = await this.channel.call("sessions.messages", { id: sessionId, before, limit: PAGE });
      if (this.store.data.transcripts[sessionId]?.before !== before) return; // it began anew meanwhile
      this.store.setData(olderLoaded(this.store.data, sessionId, page));
    } catch (error) {
      this.store.setUi({ notice: asProblem(error) });
    }
  }

  /** @param {string} cursor */
  #follow(cursor) {
    this.#stream?.close();
    this.#stream = this.channel.subscribe(cursor, {
      onEvent: (event) => this.#onEvent(event),
      onState: (connection) => this.#onState(connection),
      onUnauthorized: () => this.#unpaired(),
    });
  }

  /** @param {Connection} connection */
  #onState(connection) {
    const { asOf } = this.store.ui;
    const away = connection.state === "waiting" ? (asOf ?? this.clock.now()) : asOf;
    this.store.setUi({ connection, asOf: connection.state === "open" ? null : away });
    if (connection.state !== "open" || asOf === null) return;
    this.#backAt = this.clock.now();
    this.#askAgain();
  }

  /** What this browser knew is not for whoever looks now; drafts and waiting prompts are the person's own. */
  #unpaired() {
    this.#stream?.close();
    this.#stream = null;
    this.store.setData(emptyState());
    this.store.setUi({ phase: "unpaired", asOf: null });
    void this.memory?.forget();
  }

  /** This browser left the hub by its own wish. */
  leave() {
    this.#unpaired();
  }

  /** @param {P.Event} event */
  #onEvent(event) {
    const { epoch, seq } = this.store.data;
    const whole = event.type === "pilot.snapshot";
    const gap = !whole && (event.epoch !== epoch || (this.#hearsAll && event.seq > seq + 1));
    this.#during?.push(event);
    if (gap || this.#isOtherRole(event)) void this.#resync();
    else this.store.apply(event);
    if (whole) void this.#reloadShown();
    else this.#mend(event);
  }

  /** This device came back with another role: what it may see and do is another, too. @param {P.Event} event */
  #isOtherRole(event) {
    const { viewer } = this.store.data;
    if (event.type !== "pilot.client.connected" || !viewer) return false;
    const { kind, name, scope } = event.client;
    const mayBeMe = name === viewer.name || this.clock.now() - this.#backAt < JUST_BACK; // it may have been renamed
    return kind === viewer.kind && mayBeMe && scope !== viewer.scope;
  }

  /** From others some events are withheld, which leaves gaps that are none. */
  get #hearsAll() {
    const { viewer } = this.store.data;
    return viewer?.scope === "admin" && !viewer.sessionId;
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

  /** Forget the transcripts that are not in view; fetch those that are. */
  async #reloadShown() {
    const shown = this.#shown;
    this.#keepOnly((id) => shown.includes(id));
    await Promise.all(shown.map((id) => this.#load(id)));
  }

  /** What could not be fetched while the hub was away, or is from before, has no place in what the stream tells. */
  #askAgain() {
    const isWhole = (/** @type {Transcript} */ { state, recalled }) => state !== "failed" && !recalled;
    const { transcripts } = this.store.data;
    const again = this.#shown.filter((id) => transcripts[id] && !isWhole(transcripts[id]));
    this.#keepOnly((id, transcript) => isWhole(transcript) || again.includes(id));
    for (const id of again) void this.#load(id);
  }

  /** Sessions in view; several where they stand side by side. */
  get #shown() {
    const { sessionId, split } = this.store.ui;
    return [...new Set(sessionId ? [sessionId, ...split] : split)];
  }

  /** @param {(id: string, transcript: Transcript) => boolean} wanted */
  #keepOnly(wanted) {
    const kept = Object.entries(this.store.data.transcripts).filter(([id, transcript]) => wanted(id, transcript));
    this.store.setData({ ...this.store.data, transcripts: Object.fromEntries(kept) });
  }

  /** A delta did not fit, or the page was faster than the session: fetch the text anew. @param {P.Event} event */
  #mend({ type, sessionId }) {
    const known = sessionId ? this.store.data.transcripts[sessionId] : undefined;
    const begun = known?.state === "failed" && type === "pilot.session.started";
    if (sessionId && (known?.gap || begun)) void this.#load(sessionId);
  }

  /** @param {string} sessionId */
  async #load(sessionId) {
    const load = ++this.#loads;
    const counts = () => this.#latest.get(sessionId) === load && Boolean(this.store.data.transcripts[sessionId]);
    this.#latest.set(sessionId, load);
    this.store.setData(transcriptAsked(this.store.data, sessionId));
    const told = mayCall(this.store.data, "asks.list")
      ? this.channel.call("asks.list", { session: sessionId, state: "ended" }).catch(() => null) // only a help
      : null;
    try {
      const page = await this.channel.call("sessions.messages", { id: sessionId, limit: PAGE });
      if (!counts()) return;
      this.store.setData(transcriptLoaded(this.store.data, sessionId, page));
      this.store.arrivedIn(sessionId, page.items.slice(-LATELY));
    } catch (error) {
      await this.#loadFailed(sessionId, error, counts);
    }
    const asks = (await told)?.asks;
    if (asks?.length) this.store.setData(asksLoaded(this.store.data, asks));
  }

  /** @param {string} sessionId @param {unknown} error @param {() => boolean} counts */
  async #loadFailed(sessionId, error, counts) {
    const away = error instanceof CallError && error.status === 0;
    const kept = away ? await this.memory?.transcript(sessionId) : null;
    if (!counts()) return;
    if (kept) this.store.setData(transcriptRecalled(this.store.data, sessionId, kept));
    else this.store.setData(transcriptFailed(this.store.data, sessionId, asProblem(error).message));
  }

  /** Move to the end of the line; drop whoever is first when there are too many. @param {string} sessionId */
  #touch(sessionId) {
    const { [sessionId]: touched, ...rest } = this.store.data.transcripts;
    if (!touched) return;
    const entries = [...Object.entries(rest), /** @type {const} */ ([sessionId, touched])];
    this.store.setData({ ...this.store.data, transcripts: Object.fromEntries(entries.slice(-TRANSCRIPTS_KEPT)) });
  }

  /** @param {unknown} error */
  async #startFailed(error) {
    if (error instanceof CallError && error.status === 401) return this.#unpaired();
    await this.memory?.recall();
    const wait = delayBefore(this.#attempt++, this.clock.random);
    const shown = this.store.ui.phase === "ready";
    this.store.setUi({
      ...(shown ? {} : { phase: /** @type {const} */ ("failed"), failure: asProblem(error) }),
      connection: { state: "waiting", retryAt: this.clock.now() + wait },
    });
    this.clock.setTimeout(() => !this.#stream && this.#isTrying && void this.start(), wait);
  }
}

/** @param {unknown} error */
export function asProblem(error) {
  if (error instanceof CallError) return { code: error.code, message: error.message, hint: error.hint };
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}
