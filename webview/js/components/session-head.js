// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { sessionMenu } from "../frame/row-menu.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, asksByRoot, isFollower, lightOf, mayCall, titleOf } from "../select.js";

/** Which session this is and how it does; its changes. */
class SessionHead extends PilotElement {
  build() {
    this.back = h(
      "button",
      {
        type: "button",
        class: "icon-button only-phone",
        "aria-label": "Back to the list",
        on: { click: () => this.actions.back() },
      },
      icon("left"),
    );
    this.parent = h("button", { type: "button", class: "link parent", on: { click: () => this.#openParent() } });
    this.dot = h("span", { class: "dot", role: "img" });
    this.name = h("h1");
    this.facts = h("span", { class: "facts" });
    this.demo = h("span", { class: "tag", title: "A replayed recording" }, "Demo");
    this.diff = h(
      "button",
      { type: "button", class: "link diff", on: { click: () => this.actions.showSheet("diff") } },
      "Diff",
    );
    this.side = h(
      "button",
      { type: "button", class: "icon-button show-side", on: { click: () => this.actions.frame.fold("side") } },
      icon("panel_right"),
    );
    this.more = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Session menu",
        "aria-haspopup": "menu",
        on: { click: () => this.#menu() },
      },
      icon("dots"),
    );
    this.close = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close column", on: { click: () => this.#closeColumn() } },
      icon("cross"),
    );
    const about = h(
      "button",
      {
        type: "button",
        class: "icon-button only-narrow",
        "aria-label": "About this session",
        on: { click: () => this.actions.showSheet("about") },
      },
      icon("info"),
    );
    this.append(
      this.back,
      this.dot,
      this.parent,
      this.name,
      this.demo,
      this.facts,
      h("span", { class: "spring" }),
      this.diff,
      about,
      this.more,
      this.side,
      this.close,
    );
  }

  render() {
    const session = this.#session;
    this.#frame();
    if (
      !session ||
      !this.changed(
        session,
        this.data.marks,
        this.data.asks,
        this.data.viewer,
        this.data.sessions[session.parentId ?? ""],
      )
    )
      return;
    if (!this.dot || !this.name || !this.facts || !this.demo || !this.diff || !this.parent) return;
    const light = lightOf(session, asksByRoot(this.data).has(session.id));
    setAttribute(this.dot, "data-light", light);
    setAttribute(this.dot, "aria-label", light);
    setText(this.name, titleOf(session, this.data.marks[session.id]));
    setText(this.facts, factsOf(session));
    setAttribute(this.facts, "title", session.directory);
    this.demo.hidden = !session.demo;
    this.diff.hidden = session.files.length === 0 || !mayCall(this.data, "sessions.diff");
    if (this.back) this.back.hidden = isFollower(this.data);
    this.#showParent(session);
  }

  #frame() {
    const { folded, column } = this.ui;
    if (this.close) this.close.hidden = !column;
    if (!this.side) return;
    this.side.hidden = Boolean(column);
    setAttribute(this.side, "aria-label", folded.side ? "Show the details" : "Fold the details");
    setAttribute(this.side, "title", folded.side ? "Show the details" : "Fold the details");
    setAttribute(this.side, "aria-expanded", String(!folded.side));
  }

  #menu() {
    const session = this.#session;
    if (!session || !this.more) return;
    const title = titleOf(session, this.data.marks[session.id]);
    const items = () => [
      ...(session.files.length && mayCall(this.data, "sessions.diff")
        ? [{ label: "Files changed", run: () => this.actions.showSheet("diff") }]
        : []),
      ...sessionMenu(this.store, this.actions, session.id).filter((item) => item.label !== "Open"),
      ...(isFollower(this.data) ? [{ label: "This device…", run: () => this.actions.openSettings() }] : []),
    ];
    this.actions.frame.openMenu(title, items, { from: this.more });
  }

  #closeColumn() {
    if (this.#session) this.actions.frame.closeColumn(this.#session.id);
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  /** @param {P.Session} session */
  #showParent(session) {
    const parent = session.parentId ? this.data.sessions[session.parentId] : undefined;
    if (!this.parent) return;
    this.parent.hidden = !parent;
    setText(this.parent, parent ? `${titleOf(parent, this.data.marks[parent.id])} ›` : "");
  }

  #openParent() {
    const parent = this.#session?.parentId;
    if (parent) this.actions.openSession(parent);
  }
}

/** @param {P.Session} session */
function factsOf(session) {
  const folder = session.directory.split(/[\\/]/).filter(Boolean).at(-1);
  return [agentName(session.agent), session.model?.split("/").at(-1), session.mode, folder].filter(Boolean).join(" · ");
}

define("session-head", SessionHead);
