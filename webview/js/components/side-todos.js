// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { sidePartWith } from "../panels/side.js";
import { progressOf, todoList } from "../panels/todos.js";
import { may } from "../select.js";

/** The agent's own plan, how far it is, and a pin that keeps it in sight. */
class SideTodos extends PilotElement {
  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const pinned = Boolean(session && this.data.marks[session.id]?.todosPinned);
    if (!this.changed(session?.id, session?.todos, pinned, this.data.viewer)) return;
    this.hidden = !session?.todos.length;
    const focused = this.contains(document.activeElement);
    this.replaceChildren(...(session?.todos.length ? [this.#part(session, pinned)] : []));
    if (focused) this.querySelector("button")?.focus();
  }

  /** @param {P.Session} session @param {boolean} pinned */
  #part({ id, todos }, pinned) {
    const { done, total } = progressOf(todos);
    const click = () => void this.actions.facts.pinTodos(id, !pinned);
    const label = pinned ? "Unpin the to-dos" : "Pin the to-dos above the transcript";
    const pin = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        title: label,
        "aria-label": label,
        "aria-pressed": String(pinned),
        on: { click },
      },
      icon("pin"),
    );
    const beside = h("span", { class: "side-count" }, `${done} of ${total}`);
    const both = h("span", { class: "side-beside" }, beside, may(this.data, "operate") ? pin : null);
    return sidePartWith("To do", both, todoList(todos));
  }
}

define("side-todos", SideTodos);
