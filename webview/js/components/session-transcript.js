// @ts-check
/** @import { Entry } from "../entries.js" */
import { define, PilotElement } from "../element.js";
import { entriesOf, waitingLast } from "../entries.js";
import { h, keyed, setAttribute } from "../html.js";
import { icon } from "../icons.js";
import { makeEntry, updateEntry } from "../lines.js";
import { asksByRoot, rootOf } from "../select.js";

const WINDOW = 150; // entries drawn at first
const MORE = 100; // entries added when the reader comes near the top
const NEAR = 600; // px from the top

/** The conversation. Follows its end only while the reader is there; draws a window of it. */
class SessionTranscript extends PilotElement {
  #following = true;
  /** @type {Map<string, { top: number, amount: number }>} where each session was left */ #places = new Map();
  #amount = WINDOW;
  /** @type {string | null} */ #sessionId = null;
  /** The page that was asked for because there was room for it. @type {string | undefined} */
  #filling;

  build() {
    this.log = h("div", { class: "log", role: "log", "aria-label": "Transcript", "aria-live": "off", tabindex: "0" });
    this.top = h("div", { class: "log-top", role: "status" });
    this.lines = h("div", { class: "lines" });
    this.end = h("div", { class: "log-end", role: "status" });
    this.log.append(this.top, this.lines, this.end);
    this.jump = h(
      "button",
      { type: "button", class: "jump", on: { click: () => this.#toEnd() } },
      icon("down"),
      "Jump to latest",
    );
    this.append(this.log, this.jump);
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.resize = new ResizeObserver(() => this.#settle());
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.lines) this.resize?.observe(this.lines);
    if (this.log) this.resize?.observe(this.log);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.resize?.disconnect();
  }

  render() {
    const id = this.ui.sessionId;
    if (!id) return;
    this.#switchTo(id);
    const transcript = this.data.transcripts[id];
    const session = this.data.sessions[id];
    const outbox = this.ui.outbox[id];
    if (!this.changed(transcript, this.data.asks, outbox, this.#amount, session?.state, session?.lastError, id)) return;
    const entries = entriesOf(this.data, id);
    this.#draw(entries.slice(-this.#amount), session?.directory ?? "");
    this.#tell(entries.length, id);
    this.#settle();
  }

  /** @param {Entry[]} entries @param {string} directory */
  #draw(entries, directory) {
    if (!this.lines) return;
    const outgoing = waitingLast(this.ui.outbox[this.ui.sessionId ?? ""] ?? []).map((out, index) => ({
      kind: /** @type {const} */ ("outgoing"),
      id: `out-${index}`,
      ...out,
    }));
    keyed(
      this.lines,
      [...entries, ...outgoing],
      (entry) => `${entry.kind} ${entry.id}`,
      makeEntry,
      (element, entry) => updateEntry(element, entry, directory),
    );
  }

  /** What stands before and after the entries. @param {number} amount @param {string} id */
  #tell(amount, id) {
    const transcript = this.data.transcripts[id];
    const more = Boolean(transcript?.before) || amount > this.#amount;
    setAttribute(this.log ?? this, "aria-busy", String(transcript?.state === "loading"));
    if (this.top) this.top.textContent = more ? "Loading earlier…" : "";
    if (!this.end) return;
    this.end.dataset.kind = "";
    if (!transcript || (transcript.state === "loading" && !amount)) return this.#say("Loading…", "loading");
    if (transcript.state === "failed") return this.#failed(transcript.error ?? "", id);
    const session = this.data.sessions[id];
    if (!amount && !this.ui.outbox[id]?.length)
      return this.#say(session?.state === "busy" ? (this.#waits(id) ? "" : "Working…") : "Nothing said yet.", "empty");
    const last = transcript.items.at(-1);
    const quiet =
      session?.state === "busy" &&
      !this.#waits(id) &&
      !(last && "streaming" in last && last.streaming) &&
      !(last?.kind === "tool" && last.endedAt === undefined);
    this.#say(session?.state === "retrying" ? "Trying again…" : quiet ? "Working…" : "", quiet ? "working" : "");
  }

  /** It is a person's turn, not the agent's. @param {string} id */
  #waits(id) {
    return asksByRoot(this.data).has(rootOf(this.data, id));
  }

  /** @param {string} text @param {string} kind */
  #say(text, kind) {
    if (!this.end) return;
    this.end.dataset.kind = kind;
    if (this.end.textContent !== text) this.end.textContent = text;
  }

  /** @param {string} problem @param {string} id */
  #failed(problem, id) {
    const retry = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.actions.reload(id) } },
      "Try again",
    );
    this.end?.replaceChildren(h("p", null, `The transcript could not be loaded. ${problem}`), retry);
  }

  /** @param {string} id */
  #switchTo(id) {
    if (id === this.#sessionId || !this.log) return;
    if (this.#sessionId && !this.#following)
      this.#places.set(this.#sessionId, { top: this.log.scrollTop, amount: this.#amount });
    else if (this.#sessionId) this.#places.delete(this.#sessionId);
    const place = this.#places.get(id);
    this.#sessionId = id;
    this.#amount = place?.amount ?? WINDOW;
    this.#following = !place;
    this.lines?.replaceChildren();
    if (place) requestAnimationFrame(() => this.log?.scrollTo({ top: place.top }));
  }

  #scrolled() {
    const log = this.log;
    if (!log) return;
    this.#following = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    setAttribute(this, "data-away", !this.#following);
    if (log.scrollTop < NEAR && !this.#following) this.#older();
  }

  /** Draw more of what is here; when that is all, ask for the page before. */
  #older() {
    const id = this.#sessionId;
    if (!id || !this.lines) return;
    if (entriesOf(this.data, id).length > this.#amount) this.#grow();
    else if (this.data.transcripts[id]?.before) void this.actions.loadOlder(id).then(() => this.#grow());
  }

  /** More at the top must not move what is being read. */
  #grow() {
    const log = this.log;
    if (!log) return;
    const fromEnd = log.scrollHeight - log.scrollTop;
    this.#amount += MORE;
    this.render();
    log.scrollTop = log.scrollHeight - fromEnd;
  }

  #settle() {
    const log = this.log;
    if (!log || !this.#following) return;
    log.scrollTop = log.scrollHeight;
    const before = this.data.transcripts[this.#sessionId ?? ""]?.before;
    if (!before || before === this.#filling || log.scrollHeight > log.clientHeight) return;
    this.#filling = before; // too short to scroll: nobody could ask for what came earlier
    this.#older();
  }

  #toEnd() {
    this.#following = true;
    this.#amount = WINDOW;
    setAttribute(this, "data-away", false);
    this.render();
    this.#settle();
    this.log?.focus({ preventScroll: true });
  }
}

define("session-transcript", SessionTranscript);
