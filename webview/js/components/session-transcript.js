// @ts-check
/** @import { Anchor } from "../transcript/log-window.js" */
/** @import { Line } from "../transcript/lines.js" */
import { define, PilotElement } from "../element.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { isBusy, whyNoPrompt } from "../select.js";
import { entriesOf, outgoingLines } from "../transcript/entries.js";
import { rememberFold } from "../transcript/folds.js";
import { keyOfLine } from "../transcript/heights.js";
import { failedEnd, JumpToLatest } from "../transcript/jump-latest.js";
import { makeEntry, updateEntry } from "../transcript/lines.js";
import { LogWindow } from "../transcript/log-window.js";
import { findByKey, moveByKey } from "../transcript/reading-keys.js";
import { afterLines, beforeLines, retryable } from "../transcript/transcript-ends.js";

const NEAR_LINES = 25; // lines from the first one that is here: time to fetch more
const MARKED_FOR = 2_400; // ms

/** The conversation: a window of it, that follows its end only while the reader is there. */
class SessionTranscript extends PilotElement {
  /** @type {Map<string, Anchor | null>} where each session was left */ #places = new Map();
  /** @type {string | null} */ sessionId = null;
  /** The page that was asked for because there was room for it. @type {string | undefined} */ #filling;
  /** @type {string | null} the message that is looked for */ #going = null;
  /** @type {Line[]} */ entries = [];

  build() {
    this.top = h("div", { class: "log-top", role: "status" });
    this.linesElement = h("div", { class: "lines" });
    this.end = h("div", { class: "log-end", role: "status" });
    this.log = h(
      "div",
      { class: "log", role: "log", "aria-label": "Transcript", "aria-live": "off", tabindex: "0" },
      this.top,
      this.linesElement,
      this.end,
    );
    this.jump = new JumpToLatest(() => this.toEnd());
    // SAFETY: the element registered under that name
    this.finder = /** @type {import("./find-bar.js").FindBar} */ (document.createElement("find-bar"));
    this.finder.searched = this;
    this.append(this.finder, this.log, this.jump.element);
    const tell = { moved: () => this.#moved(), rested: () => this.#rested() };
    this.window = new LogWindow(this.log, this.linesElement, (lines) => this.#draw(lines), tell);
  }

  connectedCallback() {
    super.connectedCallback();
    this.window?.connect();
    document.addEventListener("keydown", this.#onKey);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.window?.disconnect();
    document.removeEventListener("keydown", this.#onKey);
  }

  render() {
    const id = this.dataset.session ?? this.ui.sessionId;
    if (!id) return;
    this.#switchTo(id);
    const { asks, transcripts, sessions } = this.data;
    const { state, lastError } = sessions[id] ?? {};
    if (!this.changed(transcripts[id], asks, this.ui.outbox[id], state, lastError, id, this.ui.itemId)) return;
    this.entries = [...entriesOf(this.data, id), ...outgoingLines(this.ui.outbox[id] ?? [])];
    this.#tell(id);
    this.window?.show(this.entries);
    this.#moved();
    if (this.ui.itemId) void this.#goTo(id, this.ui.itemId);
  }

  toEnd() {
    this.window?.toEnd();
    this.log?.focus({ preventScroll: true });
  }

  /** Show a message, and mark it for a moment. @param {string} itemId @returns {HTMLElement | undefined} */
  reveal(itemId, marked = true) {
    const index = this.entries.findIndex((line) => line.id === itemId);
    if (index < 0) return undefined;
    this.window?.reveal(index);
    const element = this.lineOf(itemId);
    if (!marked) return element;
    element?.setAttribute("data-marked", "");
    setTimeout(() => element?.removeAttribute("data-marked"), MARKED_FOR);
    return element;
  }

  /** @param {string} itemId */
  lineOf(itemId) {
    // SAFETY: all lines are made by makeEntry
    return /** @type {HTMLElement[]} */ ([...(this.linesElement?.children ?? [])]).find(
      (one) => one.dataset.item === itemId,
    );
  }

  /** @param {readonly Line[]} lines */
  #draw(lines) {
    const id = this.sessionId;
    if (!this.linesElement || !id) return;
    const session = this.data.sessions[id];
    const free = session && !isBusy(session) && !whyNoPrompt(this.data, session);
    const last = free ? retryable(this.data, id) : null;
    const retry = last && { id: last.id, run: () => this.actions.reading.retry(id, last.text) };
    const around = { sessionId: id, directory: session?.directory ?? "", retry };
    keyed(this.linesElement, lines, keyOfLine, makeEntry, (element, line) => updateEntry(element, line, around));
  }

  /** @param {string} id */
  #tell(id) {
    const { text, kind } = afterLines(this.data, this.ui, id);
    setAttribute(this.log ?? this, "aria-busy", String(this.data.transcripts[id]?.state === "loading"));
    if (this.top) setText(this.top, this.#going ? "Looking for the message…" : beforeLines(this.data, id));
    if (!this.end) return;
    this.end.dataset.kind = kind;
    if (kind !== "failed") return setText(this.end, text);
    this.end.replaceChildren(...failedEnd(text, () => this.actions.reload(id)));
  }

  /** @param {string} id */
  #switchTo(id) {
    if (id === this.sessionId) return;
    if (this.sessionId) this.#places.set(this.sessionId, this.window?.place ?? null);
    this.sessionId = id;
    this.jump?.forget();
    this.#going = null;
    this.window?.reset(this.#places.get(id) ?? null);
  }

  /** @param {string} id @param {string} itemId */
  async #goTo(id, itemId) {
    if (this.#going === itemId || this.data.transcripts[id]?.state !== "ready") return;
    this.#going = itemId;
    this.#tell(id);
    const here = await this.actions.reading.bring(id, itemId);
    this.#going = null;
    if (this.ui.itemId !== itemId || this.sessionId !== id) return;
    this.actions.reading.arrived();
    this.store.flush();
    if (here) this.reveal(itemId);
    else if (here === false) this.actions.reading.say("That message is not in the session any more.");
    this.#tell(id);
  }

  /** The reader moved, or something was drawn: fetch what is near, count what is new. */
  #moved() {
    const { window, sessionId: id } = this;
    if (!window || !id) return;
    const away = !window.following && this.entries.length > 0;
    setAttribute(this, "data-away", away);
    this.jump?.tell(away, this.entries);
    this.#fetch(id);
  }

  /** @param {string} id */
  #fetch(id) {
    const { window, log } = this;
    if (!window || !log) return;
    for (const line of this.entries.slice(window.from, window.to))
      if (line.kind === "hole") void this.actions.reading.again(id, line.first);
    const before = this.data.transcripts[id]?.before;
    const fills = log.scrollHeight > log.clientHeight; // else nobody could scroll to ask for more
    if (!before || (window.following && fills) || window.from > NEAR_LINES) return;
    if (window.following && before === this.#filling) return;
    this.#filling = before;
    void this.actions.reading.older(id);
  }

  #rested() {
    const id = this.sessionId;
    const { from = 0, following } = this.window ?? {};
    const item = this.entries.slice(following ? -1 : from).find(({ kind }) => kind !== "hole" && kind !== "ask");
    if (id && item && !this.#going) this.actions.reading.rest(id, item.id);
  }

  /** @param {import("../transcript/found.js").Found} found */
  async goFound({ id, here }) {
    rememberFold(id, true); // the words may stand in what is folded
    if (!here && this.sessionId) {
      await this.actions.reading.bring(this.sessionId, id);
      this.store.flush();
    }
    const line = this.reveal(id, false);
    const folded = line?.querySelector("details");
    if (folded) folded.open = true;
    return line;
  }

  /** @param {KeyboardEvent} event */
  #onKey = (event) => {
    if (!this.window || !this.log || !this.finder || !this.isInHand) return;
    if (!findByKey(event, this, this.finder)) moveByKey(event, this.window, this.log);
  };
}

define("session-transcript", SessionTranscript);
