// @ts-check
/**
 * What the page knew last, kept in this browser: the list of sessions and the transcripts read last, both bounded.
 * Settings, tokens and the arguments of asks are never among it.
 *
 * @import * as P from "../protocol.gen"
 * @import { State } from "../types"
 * @import { Keeping } from "../host/host"
 * @import { Store } from "../store.js"
 * @import { Clock } from "./sync.js"
 * @typedef {Pick<State, "hub" | "viewer" | "projects" | "sessions" | "marks" | "agents">} KeptData
 * @typedef {{ form: number, at: number, read: string[], data: KeptData }} Picture
 */
import { emptyState } from "../reduce.js";

const FORM = 1; // another form is not read
const PICTURE = "picture";
const WRITE_PAUSE = 4_000; // ms between two writes
const SESSIONS_KEPT = 300;
const READ_KEPT = 12;
const ITEMS_KEPT = 100;
const LONGEST_TEXT = 20_000; // characters of one text

export class LastKnown {
  /** @type {Picture | null} */ #picture = null;
  /** @type {Map<string, P.Item[]>} */ #written = new Map();
  /** @type {KeptData | null} */ #last = null;
  #due = false;
  /** What is shown came from here: nothing to write back. */ #shown = false;

  /** @param {Store} store @param {Keeping} vault @param {Pick<Clock, "setTimeout" | "now">} clock */
  constructor(store, vault, clock) {
    this.store = store;
    this.vault = vault;
    this.clock = clock;
  }

  /** Show what was known last, unless there is something to show already. */
  async recall() {
    const kept = await this.vault.get(PICTURE);
    if (!isPicture(kept) || this.store.ui.phase === "ready" || this.store.ui.phase === "unpaired") return;
    this.#picture = kept;
    this.#shown = true;
    this.store.setData({ ...emptyState(), ...kept.data });
    this.store.setUi({ phase: "ready", failure: null, asOf: kept.at, wasPaired: true });
  }

  /** What was said in a session when it was last read here. @param {string} sessionId @returns {Promise<P.Item[] | null>} */
  async transcript(sessionId) {
    const items = await this.vault.get(saidKey(sessionId));
    return Array.isArray(items) ? items : null;
  }

  /** Something changed: keep it before long, but only what the hub itself said. */
  soon() {
    if (this.#due || !this.#isTrue()) return;
    this.#due = true;
    this.clock.setTimeout(() => {
      this.#due = false;
      void this.keep();
    }, WRITE_PAUSE);
  }

  async keep() {
    if (!this.#isTrue()) return;
    const { transcripts } = this.store.data;
    for (const id of this.#written.keys()) if (!transcripts[id]) this.#written.delete(id); // nor kept in memory by this
    const read = [];
    for (const [id, { state, items }] of Object.entries(transcripts)) {
      if (state !== "ready" || this.#written.get(id) === items) continue;
      this.#written.set(id, items);
      read.unshift(id);
      await this.vault.set(saidKey(id), items.slice(-ITEMS_KEPT).map(shortened));
    }
    await this.#keepPicture(read);
  }

  /** This browser may not look any more. */
  async forget() {
    const kept = this.#picture ?? (await this.vault.get(PICTURE));
    this.#picture = this.#last = null;
    this.#written.clear();
    await this.vault.remove(PICTURE);
    if (isPicture(kept)) for (const id of kept.read) await this.vault.remove(saidKey(id));
  }

  /** @param {string[]} fresh sessions read just now, latest first */
  async #keepPicture(fresh) {
    const data = keptData(this.store.data);
    const known = await this.#known();
    const all = [...new Set([...fresh, ...known])];
    if (!fresh.length && this.#last && sameParts(data, this.#last)) return;
    this.#last = data;
    const there = all.filter((id) => data.sessions[id]); // what was deleted is not kept here either
    const read = there.slice(0, READ_KEPT);
    this.#picture = { form: FORM, at: this.store.ui.asOf ?? this.clock.now(), read, data: boundedData(data) };
    await this.vault.set(PICTURE, this.#picture);
    for (const id of all.filter((one) => !read.includes(one))) await this.vault.remove(saidKey(id));
  }

  async #known() {
    const kept = this.#picture ?? (await this.vault.get(PICTURE));
    return isPicture(kept) ? kept.read : [];
  }

  #isTrue() {
    const { phase, asOf } = this.store.ui;
    if (asOf === null) this.#shown = false;
    return phase === "ready" && !this.#shown;
  }
}

/** @param {State} data @returns {KeptData} */
function keptData({ hub, viewer, projects, sessions, marks, agents }) {
  return { hub, viewer, projects, sessions, marks, agents };
}

/** @param {KeptData} one @param {KeptData} other */
function sameParts(one, other) {
  return one.sessions === other.sessions && one.marks === other.marks && one.projects === other.projects;
}

/** @param {KeptData} data @returns {KeptData} */
function boundedData(data) {
  const newest = Object.values(data.sessions).sort((a, b) => b.updatedAt - a.updatedAt);
  const sessions = Object.fromEntries(newest.slice(0, SESSIONS_KEPT).map((session) => [session.id, session]));
  return { ...data, sessions };
}

/** What a person read stays, what a tool was given or changed only while it is short. @param {P.Item} item @returns {P.Item} */
function shortened(item) {
  if (item.kind !== "tool") return item;
  const { input, output, files } = item;
  const given = JSON.stringify(input ?? {}).length > LONGEST_TEXT ? {} : input;
  const changed = files.map((file) =>
    (file.patch?.length ?? 0) > LONGEST_TEXT ? { ...file, patch: undefined } : file,
  );
  const tail = output && output.length > LONGEST_TEXT ? `…${output.slice(-LONGEST_TEXT)}` : output;
  return { ...item, input: given, output: tail, files: changed };
}

/** @param {string} sessionId */
function saidKey(sessionId) {
  return `said:${sessionId}`;
}

/** @param {unknown} value @returns {value is Picture} */
function isPicture(value) {
  if (typeof value !== "object" || value === null) return false;
  const { form, at, read, data } = /** @type {Partial<Picture>} */ (value); // SAFETY: each part is looked at
  return form === FORM && typeof at === "number" && Array.isArray(read) && typeof data?.sessions === "object";
}
