// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { asksByRoot, descendants, may, rootOf, sessionsByProject } from "../select.js";

const TICK = 15_000; // ms, for the times in the rows

/** All sessions: those that need a person first, then by project; sub-agents under the one that is open. */
class SessionRail extends PilotElement {
  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#tick(), TICK);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  build() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Sessions");
    this.fresh = h(
      "button",
      { type: "button", class: "button new", on: { click: () => this.actions.showSheet("new") } },
      "New session",
    );
    this.list = h("div", { class: "rail-list" });
    this.status = h("span", { role: "status" });
    const keys = {
      type: "button",
      class: "icon-button",
      "aria-label": "Keyboard shortcuts",
      on: { click: () => this.actions.showSheet("shortcuts") },
    };
    const find = {
      type: "button",
      class: "icon-button find",
      "aria-label": "Find anything",
      title: "Find anything",
      on: { click: () => this.actions.openPalette() },
    };
    this.append(
      h(
        "div",
        { class: "brand" },
        h("span", { class: "mark", "aria-hidden": "true" }),
        h("h1", null, "Pilot"),
        this.fresh,
      ),
      this.list,
      document.createElement("agent-health"),
      h(
        "div",
        { class: "foot" },
        h("span", { class: "dot", "data-light": "done" }),
        this.status,
        h("button", find, icon("search")),
        h("button", keys, icon("keyboard")),
      ),
    );
  }

  render() {
    const { sessions, asks, projects, clients, agents } = this.data;
    const { sessionId, connection } = this.ui;
    if (!this.changed(sessions, asks, projects, clients, agents, sessionId, connection)) return;
    if (!this.list || !this.status || !this.fresh) return;
    const startable = Object.values(agents).some((agent) => agent.connections > 0 || agent.starts);
    this.fresh.hidden = !may(this.data, "operate") || !startable;
    keyed(
      this.list,
      this.#sections(),
      (section) => section.id,
      makeSection,
      (element, section) => updateSection(element, section),
    );
    const open = connection.state === "open";
    setText(
      this.status,
      open ? `Connected${clients.length > 1 ? ` · ${plural(clients.length, "device")}` : ""}` : "Not connected",
    );
    setAttribute(this, "data-online", open);
  }

  /** @returns {Section[]} */
  #sections() {
    const waiting = asksByRoot(this.data);
    const needing = [...waiting.keys()].map((id) => this.data.sessions[id]).filter((session) => session !== undefined);
    const groups = sessionsByProject(this.data).map(({ project, sessions }) => ({
      id: project.id,
      name: project.name,
      title: project.directory,
      needs: false,
      rows: this.#withChildren(sessions.filter((session) => !waiting.has(session.id))),
    }));
    const first = { id: "needs-you", name: "Needs you", title: "", needs: true, rows: this.#withChildren(needing) };
    return [first, ...groups].filter((section) => section.rows.length > 0);
  }

  /** @param {P.Session[]} sessions */
  #withChildren(sessions) {
    const open = this.ui.sessionId && rootOf(this.data, this.ui.sessionId);
    return sessions.flatMap((session) =>
      session.id === open ? [session, ...descendants(this.data, session.id)] : [session],
    );
  }

  #tick() {
    for (const row of this.querySelectorAll("session-row time")) row.dispatchEvent(new CustomEvent("tick"));
  }
}

/** @typedef {{ id: string, name: string, title: string, needs: boolean, rows: P.Session[] }} Section */

/** @param {Section} section */
function makeSection(section) {
  const heading = h("h2", { id: `section-${section.id}` });
  const rows = h("div", { class: "rows" });
  return h("section", { "aria-labelledby": heading.id, class: section.needs ? "needs-section" : "" }, heading, rows);
}

/** @param {HTMLElement} element @param {Section} section */
function updateSection(element, section) {
  const [heading, rows] = element.children;
  if (!heading || !rows) return;
  setText(heading, section.name);
  setAttribute(heading, "title", section.title || null);
  keyed(
    rows,
    section.rows,
    (session) => session.id,
    makeRow,
    () => {},
  );
}

/** @param {P.Session} session */
function makeRow(session) {
  const row = document.createElement("session-row");
  row.dataset.id = session.id;
  return row;
}

define("session-rail", SessionRail);
