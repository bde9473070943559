// @ts-check
/** @import { RailRow } from "../frame/rail-list.js" */
import { define, PilotElement } from "../element.js";
import { ago, dollars, oneLine } from "../format.js";
import { LIGHT_NAMES } from "../frame/filtering.js";
import { sessionMenu } from "../frame/row-menu.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, titleOf } from "../select.js";

/** One session in the list: light, title, when; what it asks or said last, what it cost; its labels. */
export class SessionRow extends PilotElement {
  build() {
    const id = this.dataset.id ?? "";
    this.dot = h("span", { class: "dot", "aria-hidden": "true" });
    this.name = h("b");
    this.time = h("time", { on: { tick: () => this.#showTime() } });
    this.line = h("small");
    this.cost = h("small", { class: "cost" });
    this.labels = h("span", { class: "labels" });
    const open = { click: () => this.actions.openSession(id) };
    this.button = h(
      "button",
      { type: "button", class: "row", "data-session": id, on: open },
      this.dot,
      this.name,
      this.time,
      this.line,
      this.cost,
      this.labels,
    );
    const props = {
      type: "button",
      class: "icon-button more",
      "aria-haspopup": "menu",
      on: { click: () => this.#menu() },
    };
    this.more = h("button", props, icon("dots"));
    this.append(this.button, this.more);
    this.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.#menu({ x: event.clientX, y: event.clientY });
    });
    this.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/x-pilot-session", id));
  }

  /** @param {RailRow} row */
  show({ session, ask, light, child }) {
    const mark = this.data.marks[session.id];
    const open = this.ui.sessionId === session.id;
    if (!this.changed(session, mark, ask, light, child, open)) return;
    const { button, dot, name, line, cost, labels, more } = this;
    if (!button || !dot || !name || !line || !cost || !labels || !more) return;
    const title = titleOf(session, mark);
    setAttribute(dot, "data-light", light);
    setText(name, title);
    setText(line, ask ? [ask.title, ask.summary].filter(Boolean).join(" · ") : told(session));
    setAttribute(line, "class", ask ? "needs" : null);
    setText(cost, session.usage.costUsd && !child ? dollars(session.usage.costUsd) : "");
    setAttribute(button, "aria-current", open ? "true" : null);
    setAttribute(button, "aria-description", LIGHT_NAMES.find(([one]) => one === light)?.[1]);
    setAttribute(more, "aria-label", `More about ${title}`);
    setAttribute(this, "data-child", child);
    keyed(
      labels,
      mark?.labels ?? [],
      String,
      (label) => h("i", null, label),
      () => {},
    );
    this.at = ask?.createdAt ?? session.updatedAt;
    this.#showTime();
  }

  /** @param {{ x: number, y: number }} [at] */
  #menu(at) {
    const id = this.dataset.id ?? "";
    const title = this.name?.textContent ?? "";
    const from = this.more ?? this;
    this.actions.frame.openMenu(title, () => sessionMenu(this.store, this.actions, id), { from, at });
  }

  #showTime() {
    if (this.time) setText(this.time, ago(this.at ?? 0, Date.now()));
  }

  /** @type {number | undefined} */ at;
}

/** @param {import("../protocol.gen").Session} session */
function told(session) {
  const line = session.state === "error" ? (session.lastError ?? "failed") : session.lastLine || STATES[session.state];
  const parts = [session.demo ? "Demo" : session.parentId ? "Sub-agent" : agentName(session.agent), line];
  return oneLine(parts.filter(Boolean).join(" · "));
}

/** @type {Record<string, string>} */
const STATES = { idle: "idle", busy: "working", retrying: "retrying", error: "failed", ended: "ended" };

define("session-row", SessionRow);
