// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { State } from "../types"
 */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { sidePart } from "../panels/side.js";
import { descendants, lightOf, pendingAsks, rootOf, titleOf } from "../select.js";

/** The sub-agents of the session in view, and how they do; one opens its own transcript. */
class SideAgents extends PilotElement {
  render() {
    const { sessionId } = this.ui;
    if (!this.changed(sessionId, this.data.sessions, this.data.asks, this.data.marks)) return;
    const children = sessionId ? subAgents(this.data, sessionId) : [];
    this.hidden = !children.length;
    const waiting = new Set(pendingAsks(this.data).map((ask) => ask.sessionId));
    const rows = children.map((child) => this.#row(child, waiting.has(child.id)));
    this.replaceChildren(...(rows.length ? [sidePart("Sub-agents", ...rows)] : []));
  }

  /** @param {P.Session} child @param {boolean} waits */
  #row(child, waits) {
    const light = lightOf(child, waits);
    const click = () => this.actions.openSession(child.id);
    return h(
      "button",
      { type: "button", class: "kv side-agent", on: { click } },
      h("span", null, h("span", { class: "dot", "data-light": light }), titleOf(child, this.data.marks[child.id])),
      h("span", null, AGENT_LIGHTS[light]),
    );
  }
}

/** @type {Record<import("../select.js").Light, string>} */
const AGENT_LIGHTS = {
  waiting: "needs you",
  working: "working",
  error: "error",
  done: "done",
  idle: "idle",
  ended: "ended",
};

/** All below a root, else those that a sub-agent started itself. @param {State} state @param {string} id */
function subAgents(state, id) {
  const family = descendants(state, rootOf(state, id));
  return rootOf(state, id) === id ? family : family.filter((session) => session.parentId === id);
}

define("side-agents", SideAgents);
