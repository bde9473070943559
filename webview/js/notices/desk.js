// @ts-check
/**
 * Shows what the hub has this page tell a person, and takes away what was dealt with.
 *
 * @import * as P from "../protocol.gen"
 * @import { Store } from "../store.js"
 * @import { Attention, Note, Notifying } from "../host/host"
 *
 * @typedef {object} DeskTools
 * @property {Store} store
 * @property {string} surface how the hub calls this page
 * @property {Pick<Notifying, "show" | "close">} host
 * @property {() => Attention} attention
 * @property {(kind: P.Notice["kind"]) => Promise<boolean>} sound whether it was heard
 * @property {(callback: () => void, ms: number) => unknown} later
 */

const FRESH = 300_000; // ms: what is older was told when it was new; clocks of devices differ
const LINE_SHOWN = 60_000; // ms: a line in the page
const LAGS = 2_000; // ms: the page's stream behind a push
const REMEMBERED = 200;

export class Desk {
  /** @type {Set<string>} */ #withdrawn = new Set();
  /** @type {Set<string>} */ #shown = new Set();
  /** @type {Record<string, P.Ask> | null} */ #asks = null;

  /** @param {DeskTools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /** @param {P.Event} event one that was not heard before */
  hear(event) {
    if (event.type === "pilot.notice.raised") {
      if (event.surface === this.tools.surface) void this.#raised(event);
      else if (event.surface && this.#shown.delete(event.notice.id)) this.#leave(event.notice.id); // it moved
    }
    if (event.type === "pilot.notice.withdrawn") this.#end(event.noticeId);
  }

  /** What waits no more is shown no more, whoever showed it and whoever answered. */
  settle() {
    const { ui, data } = this.store;
    const { told } = ui;
    if (told?.sessionId && ui.view === "session" && told.sessionId === ui.sessionId) this.store.setUi({ told: null });
    if (ui.phase !== "ready" || ui.connection.state !== "open" || ui.asOf !== null || data.asks === this.#asks) return;
    this.#asks = data.asks;
    void this.tools.host.close((tag) => this.#knows(tag) && !this.#waits(tag));
    this.tools.later(() => void this.tools.host.close((tag) => tag.startsWith("ask:") && !this.#waits(tag)), LAGS);
  }

  /** A push may be faster than the page's own stream: what it does not know yet is no reason to take it away. @param {string} tag */
  #knows(tag) {
    return tag.startsWith("ask:") && askIn(this.store.data.asks, tag) !== undefined;
  }

  /** @param {string} tag */
  #waits(tag) {
    const { ui, data } = this.store;
    return ui.connection.state !== "open" || waits(data.asks, tag);
  }

  /** @param {P.NoticeRaised} event */
  async #raised({ at, notice, sound }) {
    if (this.#isOver(notice) || Math.abs(Date.now() - at) > FRESH) return;
    const inSight = this.tools.attention() === "active";
    const heard = sound && (await this.tools.sound(notice.kind));
    if (inSight) return this.#tell(notice);
    if (this.store.ui.notices?.desk !== "on") return;
    this.#shown = new Set([...this.#shown, notice.id].slice(-REMEMBERED));
    await this.tools.host.show({ ...noteFor(notice, heard || !sound), by: this.tools.surface });
    if (this.#isOver(notice)) this.#close(notice.id); // while it was being shown
  }

  /** The page itself shows asks. @param {P.Notice} notice */
  #tell(notice) {
    const { view, sessionId } = this.store.ui;
    if (notice.kind === "ask" || (view === "session" && notice.sessionId === sessionId)) return;
    this.store.setUi({ told: notice });
    this.tools.later(() => this.store.ui.told === notice && this.store.setUi({ told: null }), LINE_SHOWN);
  }

  /** @param {string} noticeId */
  #end(noticeId) {
    this.#withdrawn = new Set([...this.#withdrawn, noticeId].slice(-REMEMBERED));
    this.#close(noticeId);
  }

  /** Another tab of this browser may show it now, in its place. @param {string} noticeId */
  #leave(noticeId) {
    void this.tools.host.close((tag, by) => tag === noticeId && by === this.tools.surface);
  }

  /** @param {string} noticeId */
  #close(noticeId) {
    void this.tools.host.close((tag) => tag === noticeId);
  }

  /** @param {P.Notice} notice */
  #isOver({ id, askId }) {
    const ask = askId ? this.store.data.asks[askId] : undefined;
    return this.#withdrawn.has(id) || (ask !== undefined && !waits(this.store.data.asks, id));
  }
}

/** Whether the ask of a notice waits, and is what it was. @param {Record<string, P.Ask>} asks @param {string} tag */
function waits(asks, tag) {
  const ask = askIn(asks, tag);
  return ask?.state === "pending" && ask.digest.startsWith(tag.slice(tag.lastIndexOf(":") + 1));
}

/** @param {Record<string, P.Ask>} asks @param {string} tag */
function askIn(asks, tag) {
  return asks[tag.slice("ask:".length, tag.lastIndexOf(":"))];
}

/** @param {P.Notice} notice @param {boolean} silent @returns {Omit<Note, "by">} */
function noteFor(notice, silent) {
  const { id, title, body, project, quick } = notice;
  /** @type {Note["actions"]} */ const actions = [];
  if (quick.includes("allow_once")) actions.push({ action: "allow", title: "Allow once" });
  if (quick.includes("deny")) actions.push({ action: "deny", title: "Deny" });
  const text = [body, project].filter(Boolean).join("\n");
  return { tag: id, title, body: text, silent, place: noticePlace(notice), notice, actions };
}

/** Where the page shows what a notice is about. @param {P.Notice} notice */
export function noticePlace({ askId, sessionId }) {
  if (askId) return `#ask=${encodeURIComponent(askId)}`;
  return sessionId ? `#session=${encodeURIComponent(sessionId)}` : "";
}
