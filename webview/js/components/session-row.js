// @ts-check
import { define, PilotElement } from "../element.js";
import { ago, oneLine } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { agentName, asksByRoot, lightOf, pendingAsks, titleOf } from "../select.js";

/** One session in the list: light, title, when; what it asks or what it said last. */
class SessionRow extends PilotElement {
  build() {
    const id = this.dataset.id ?? "";
    this.dot = h("span", { class: "dot", "aria-hidden": "true" });
    this.name = h("b");
    this.time = h("time", { on: { tick: () => this.#showTime() } });
    this.line = h("small");
    this.button = h(
      "button",
      { type: "button", class: "row", "data-session": id, on: { click: () => this.actions.openSession(id) } },
      this.dot,
      this.name,
      this.time,
      this.line,
    );
    this.append(this.button);
  }

  render() {
    const id = this.dataset.id ?? "";
    const session = this.data.sessions[id];
    if (!session || !this.changed(session, this.data.marks[id], this.data.asks, this.ui.sessionId === id)) return;
    if (!this.button || !this.dot || !this.name || !this.line) return;
    const ask = this.#ask(id);
    const light = lightOf(session, Boolean(ask));
    setAttribute(this.dot, "data-light", light);
    setText(this.name, titleOf(session, this.data.marks[session.id]));
    setText(this.line, ask ? [ask.title, ask.summary].filter(Boolean).join(" · ") : this.#told(session));
    setAttribute(this.line, "class", ask ? "needs" : null);
    setAttribute(this.button, "aria-current", this.ui.sessionId === id ? "true" : null);
    setAttribute(this.button, "aria-description", LIGHTS[light]);
    setAttribute(this, "data-child", Boolean(session.parentId));
    this.at = ask?.createdAt ?? session.updatedAt;
    this.#showTime();
  }

  /** @param {string} id */
  #ask(id) {
    const own = pendingAsks(this.data).find((ask) => ask.sessionId === id);
    return own ?? asksByRoot(this.data).get(id);
  }

  /** @param {import("../protocol.gen").Session} session */
  #told(session) {
    const line =
      session.state === "error" ? (session.lastError ?? "failed") : session.lastLine || STATES[session.state];
    const parts = [session.demo ? "Demo" : session.parentId ? "Sub-agent" : agentName(session.agent), line];
    return oneLine(parts.filter(Boolean).join(" · "));
  }

  #showTime() {
    if (this.time) setText(this.time, ago(this.at ?? 0, Date.now()));
  }

  /** @type {number | undefined} */ at;
}

/** @type {Record<string, string>} */
const STATES = { idle: "idle", busy: "working", retrying: "retrying", error: "failed", ended: "ended" };

/** @type {Record<string, string>} */
const LIGHTS = {
  waiting: "Needs you",
  working: "Working",
  error: "Failed",
  done: "Done",
  idle: "Idle",
  ended: "Ended",
};

define("session-row", SessionRow);
