// @ts-check
/**
 * Prompts written while the hub was away: kept across reloads, sent in order once it is back, each at most once.
 *
 * @import * as P from "../protocol.gen"
 * @import { Connection, WaitingPrompt } from "../types"
 * @import { Channel } from "../host/channel.js"
 * @import { Keeping } from "../host/host"
 * @import { Drafts } from "../writing/drafts.js"
 * @import { Store } from "../store.js"
 * @import { Clock } from "./sync.js"
 * @typedef {{ store: Store, channel: Channel, drafts: Drafts, vault: Keeping, clock: Pick<Clock, "setTimeout" | "now">, uuid: () => string }} QueueTools
 */
import { CallError } from "../host/channel.js";
import { asProblem } from "./sync.js";

const AGENT_PATIENCE = 30_000; // ms: after its hub an agent needs a moment to be back
const AGAIN = 1_500; // ms
const SKEW = 60_000; // ms by which clocks of two machines may differ

export class PromptQueue {
  #sending = false;
  /** @type {Set<string>} what the vault really has: what it lost is not taken for sent */ #kept = new Set();
  /** @type {number | null} when the hub was seen to be back */ #backAt = null;
  /** @type {string | null} the one that may arrive at any moment */ #going = null;
  /** @type {Connection | null} one over which nothing goes just now, though it seems to be open */ #stuck = null;

  /** @param {QueueTools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /** Bring back what waited before the page was loaded. */
  async restore() {
    const kept = (await this.tools.vault.all("prompt:")).filter(isWaiting);
    for (const { key } of kept) this.#kept.add(key);
    const known = new Set(this.#waiting.map(({ key }) => key));
    this.#set([...kept.filter(({ key }) => !known.has(key)), ...this.#waiting].sort((a, b) => a.at - b.at));
  }

  /** Whether a prompt has to wait: the hub is away, or others of the session wait already. @param {string} sessionId */
  isNeeded(sessionId) {
    return this.store.ui.asOf !== null || this.#waiting.some((waiting) => waiting.sessionId === sessionId);
  }

  /** Whether a call may or may not have reached the hub. @param {unknown} error */
  isUncertain(error) {
    return error instanceof CallError && error.status === 0;
  }

  /** @param {string} sessionId @param {P.PromptRequest} prompt */
  add(sessionId, prompt) {
    return this.#put({ key: this.tools.uuid(), sessionId, prompt, at: this.tools.clock.now() });
  }

  /** The time by which prompts are put in order. */
  get now() {
    return this.tools.clock.now();
  }

  /** It was on its way when the connection broke. @param {string} sessionId @param {P.PromptRequest} prompt @param {string} key @param {number} at when it was written */
  addTried(sessionId, prompt, key, at) {
    return this.#put({ key, sessionId, prompt, at, tried: { epoch: this.store.data.epoch, at } });
  }

  /** Do not send it; its text is a draft again. @param {string} key */
  async cancel(key) {
    const found = this.#waiting.find((waiting) => waiting.key === key);
    if (!found) return;
    if (this.#going === key) return this.store.setUi({ notice: { message: "It is on its way already." } });
    await this.#remove(key);
    this.#toDraft(found);
  }

  /** Send what waits, if the hub is there. */
  async send() {
    const { asOf, connection, phase } = this.store.ui;
    const there = phase === "ready" && asOf === null && connection.state === "open";
    if (!there) this.#backAt = null;
    if (!there || this.#sending || !this.#waiting.length || this.#stuck === connection) return;
    this.#backAt ??= this.tools.clock.now();
    this.#sending = true;
    try {
      for (let next = this.#next; next && (await this.#sendOne(next)); next = this.#next);
    } finally {
      this.#sending = false;
    }
  }

  /** @param {WaitingPrompt} waiting @returns {Promise<boolean>} whether the next one can go */
  async #sendOne(waiting) {
    const { key, sessionId, prompt } = waiting;
    try {
      if (await this.#isDone(waiting)) return this.#remove(key);
      if (!this.#waiting.some((other) => other.key === key)) return true; // taken back meanwhile
      this.#going = key;
      await this.#mark(waiting);
      await this.tools.channel.call("sessions.prompt", { ...prompt, id: sessionId, idempotencyKey: key });
      return this.#remove(key);
    } catch (error) {
      return this.#failed(waiting, error);
    } finally {
      this.#going = null;
    }
  }

  /** Another tab sent it, or the hub had taken it before it went away. @param {WaitingPrompt} waiting */
  async #isDone({ key, sessionId, prompt, tried }) {
    if (this.#kept.has(key) && (await this.tools.vault.lacks(`prompt:${key}`))) return true;
    if (!tried || tried.epoch === this.store.data.epoch) return false; // the hub knows the key
    const page = await this.tools.channel.call("sessions.messages", { id: sessionId, limit: 50 }).catch(unlessAway);
    return Boolean(
      page?.items.some(
        (item) => item.kind === "prompt" && item.at >= tried.at - SKEW && item.text.trim() === prompt.text.trim(),
      ),
    );
  }

  /** From here on it may have arrived. @param {WaitingPrompt} waiting */
  async #mark(waiting) {
    const tried = waiting.tried ?? { epoch: this.store.data.epoch, at: this.tools.clock.now() };
    await this.#put({ ...waiting, tried });
  }

  /** @param {WaitingPrompt} waiting @param {unknown} error */
  async #failed(waiting, error) {
    const status = error instanceof CallError ? error.status : 0;
    if (status === 0 || status === 401) return this.#rest();
    const early = this.tools.clock.now() - (this.#backAt ?? 0) < AGENT_PATIENCE;
    if (status === 429 || (status === 503 && early)) {
      this.tools.clock.setTimeout(() => void this.send(), AGAIN);
      return false;
    }
    await this.#giveBack(waiting.sessionId, error);
    return true;
  }

  /** The stream does not know yet that the hub is away. */
  #rest() {
    this.#stuck = this.store.ui.connection;
    this.tools.clock.setTimeout(() => {
      this.#stuck = null;
      void this.send();
    }, AGAIN);
    return false;
  }

  /** What comes after a refused prompt would make no sense without it. @param {string} sessionId @param {unknown} error */
  async #giveBack(sessionId, error) {
    const refused = this.#waiting.filter((waiting) => waiting.sessionId === sessionId);
    for (const waiting of refused) {
      await this.#remove(waiting.key);
      this.#toDraft(waiting);
    }
    const { message, hint } = asProblem(error);
    this.store.setUi({ notice: { message: `Not sent, and a draft again: ${message}`, hint } });
  }

  /** @param {WaitingPrompt} waiting */
  #toDraft({ sessionId, prompt }) {
    const draft = this.tools.drafts.get(sessionId);
    this.tools.drafts.set(sessionId, [draft, prompt.text].filter(Boolean).join("\n\n"));
    const { pictures, draftsChanged } = this.store.ui;
    const own = (prompt.attachments ?? []).map((picture) => ({ ...picture, id: this.tools.uuid() }));
    const all = { ...pictures, [sessionId]: [...(pictures[sessionId] ?? []), ...own] };
    this.store.setUi({ draftsChanged: draftsChanged + 1, ...(own.length && { pictures: all }) });
  }

  /** None overtakes what is on its way in the same session, and may yet come back. */
  get #next() {
    const { outbox } = this.store.ui;
    return this.#waiting.find(({ sessionId }) => !outbox[sessionId]?.some(({ state }) => state === "sending"));
  }

  get #waiting() {
    return this.store.ui.waitingPrompts;
  }

  /** @param {WaitingPrompt} waiting */
  async #put(waiting) {
    const others = this.#waiting.filter(({ key }) => key !== waiting.key);
    this.#set([...others, waiting].sort((a, b) => a.at - b.at));
    await this.tools.vault.set(`prompt:${waiting.key}`, waiting);
    if (await this.tools.vault.get(`prompt:${waiting.key}`)) this.#kept.add(waiting.key);
  }

  /** @param {string} key */
  async #remove(key) {
    await this.tools.vault.remove(`prompt:${key}`);
    this.#set(this.#waiting.filter((waiting) => waiting.key !== key));
    return true;
  }

  /** @param {WaitingPrompt[]} waitingPrompts */
  #set(waitingPrompts) {
    this.store.setUi({ waitingPrompts });
  }
}

/** @param {unknown} error @returns {null} nobody can tell */
function unlessAway(error) {
  if (error instanceof CallError && error.status === 0) throw error;
  return null;
}

/** @param {unknown} value @returns {value is WaitingPrompt} */
function isWaiting(value) {
  if (typeof value !== "object" || value === null) return false;
  const { key, sessionId, prompt, at } = /** @type {Partial<WaitingPrompt>} */ (value); // SAFETY: each part is looked at
  const named = typeof key === "string" && typeof sessionId === "string" && typeof at === "number";
  return named && typeof prompt?.text === "string";
}
