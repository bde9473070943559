// @ts-check
import { define, PilotElement } from "../element.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { isBusy, titleOf } from "../select.js";
import { entriesOf } from "../transcript/entries.js";
import { keyOfLine } from "../transcript/heights.js";
import { makeEntry, updateEntry } from "../transcript/lines.js";

const LINES_INSIDE = 24;
const DEEPEST = 2; // sub-agents of sub-agents that are shown in place

/** What a sub-agent does, live, inside the call that started it; and the way to its own page. */
class SubAgent extends PilotElement {
  build() {
    this.open = h("button", { type: "button", class: "link child-link" });
    this.lines = h("div", { class: "lines" });
    this.state = h("p", { class: "child-state", role: "status" });
    this.frame = h(
      "div",
      { class: "child-log", tabindex: "0", role: "group", "aria-label": "Sub-agent" },
      this.lines,
      this.state,
    );
    this.append(this.open, this.frame);
  }

  /** @param {string} id */
  show(id) {
    this.childId = id;
    this.render();
  }

  render() {
    const { childId: id, open, frame } = this;
    if (!id || !open || !frame) return;
    const session = this.data.sessions[id];
    const transcript = this.data.transcripts[id];
    const shows = this.#isInSight() && this.#depth() <= DEEPEST;
    if (shows && !transcript && session) this.#ask(id);
    if (!this.changed(id, session, transcript, this.data.asks, shows)) return;
    setText(open, `Open ${session ? titleOf(session, this.data.marks[id]) : "the sub-agent's session"}`);
    open.onclick = () => this.actions.openSession(id);
    frame.hidden = !shows || !transcript;
    if (!frame.hidden) this.#draw(id);
  }

  /** @param {string} id */
  #draw(id) {
    const { frame, lines, state } = this;
    if (!frame || !lines || !state) return;
    const session = this.data.sessions[id];
    const transcript = this.data.transcripts[id];
    const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 24;
    const entries = entriesOf(this.data, id).slice(-LINES_INSIDE);
    const around = { sessionId: id, directory: session?.directory ?? "" };
    keyed(lines, entries, keyOfLine, makeEntry, (element, line) => updateEntry(element, line, around));
    const failed =
      transcript?.state === "failed" ? `Its transcript could not be loaded. ${transcript.error ?? ""}` : "";
    const going = session && isBusy(session) ? "Working…" : entries.length ? "" : "Nothing said yet.";
    setText(state, failed || (transcript?.state === "loading" && !entries.length ? "Loading…" : going));
    setAttribute(this, "data-working", Boolean(session && isBusy(session)));
    if (atEnd) requestAnimationFrame(() => (frame.scrollTop = frame.scrollHeight));
  }

  /** @param {string} id */
  #ask(id) {
    if (this.#asked === id) return;
    this.#asked = id;
    void Promise.resolve(this.actions.reload(id)).finally(() => {
      this.#asked = undefined;
    });
  }

  #isInSight() {
    return Boolean(this.closest("details")?.open);
  }

  #depth() {
    let depth = 0;
    for (let at = this.parentElement?.closest("sub-agent"); at; at = at.parentElement?.closest("sub-agent")) depth++;
    return depth;
  }

  /** @type {string | undefined} */ childId;
  /** @type {string | undefined} */ #asked;
}

define("sub-agent", SubAgent);
