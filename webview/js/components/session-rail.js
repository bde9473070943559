// @ts-check
/**
 * @import { RailRow, RailSection } from "../frame/rail-list.js"
 * @import { SessionRow } from "./session-row.js"
 */
import { define, PilotElement } from "../element.js";
import { isFiltering } from "../frame/filtering.js";
import { pullToRefresh } from "../frame/pulling.js";
import { firstRows, railSections } from "../frame/rail-list.js";
import { canStart } from "../frame/row-menu.js";
import { swipeAway } from "../frame/swipe.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";

const ROWS_DRAWN = 60; // at first, and more when the end comes near
const ROWS_NEAR = 800; // px
const TICK = 15_000; // ms, for the times in the rows

/** All sessions: those that need a person first, then by project, then the archive; sub-agents under the open one. */
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
    const fresh = { type: "button", class: "button new", on: { click: () => this.actions.showSheet("new") } };
    this.fresh = h("button", fresh, "New session");
    this.fold = h(
      "button",
      {
        type: "button",
        class: "icon-button fold",
        "aria-label": "Fold the list",
        title: "Fold the list",
        on: { click: () => this.#fold() },
      },
      icon("panel"),
    );
    const mark = h("span", { class: "mark", "aria-hidden": "true" });
    this.sections = h("div");
    this.none = h("p", { class: "none" });
    this.list = h("div", { class: "rail-list" }, document.createElement("found-places"), this.sections, this.none);
    this.append(
      h("div", { class: "brand" }, mark, h("h1", null, "Pilot"), this.fresh, this.fold),
      document.createElement("rail-filter"),
      this.list,
      document.createElement("agent-health"),
      document.createElement("notice-bar"),
      document.createElement("rail-foot"),
    );
    this.list.addEventListener("scroll", () => this.#drawMore(), { passive: true });
    pullToRefresh(this.list, () => this.actions.frame.refresh());
    swipeAway(this, "left", () => this.ui.drawer && this.actions.frame.showDrawer(false));
  }

  render() {
    const { sessions, asks, projects, marks, agents, viewer } = this.data;
    const { sessionId, filter, tabs, found } = this.ui;
    if (!this.changed(sessions, asks, projects, marks, agents, viewer, sessionId, filter, tabs, found)) return;
    if (!this.sections || !this.none || !this.fresh) return;
    this.fresh.hidden = !canStart(this.store);
    const shown = railSections(this.data, this.ui);
    keyed(
      this.sections,
      firstRows(shown, this.most),
      (section) => section.id,
      (section) => this.#make(section),
      (element, section) => this.#update(element, section),
    );
    setText(this.none, shown.length || found ? "" : isFiltering(filter) ? "No session fits." : "No session yet.");
  }

  /** @param {RailSection} section */
  #make(section) {
    const heading = h("h2", { id: `section-${section.id}` }, h("span"), h("span", { class: "amount" }));
    const props = { "aria-labelledby": heading.id, class: `${section.kind}-section` };
    if (section.kind !== "archive") return h("section", props, heading, h("div", { class: "rows" }));
    const details = h("details", null, h("summary", null, heading, icon("fold")), h("div", { class: "rows" }));
    details.addEventListener("toggle", () => {
      this.archiveOpen = details.open;
      this.changed();
      this.render();
    });
    return h("section", props, details);
  }

  /** @param {HTMLElement} element @param {RailSection} section */
  #update(element, section) {
    const [name, amount] = element.querySelector("h2")?.children ?? [];
    const rows = element.querySelector(".rows");
    if (!name || !amount || !rows) return;
    setText(name, section.name);
    setText(amount, String(section.amount));
    setAttribute(name, "title", section.title || null);
    const shown = section.kind !== "archive" || this.archiveOpen ? section.rows : [];
    keyed(
      rows,
      shown,
      (row) => row.session.id,
      makeRow,
      (row, facts) => row.show(facts),
    );
  }

  #drawMore() {
    const list = this.list;
    if (!list || list.scrollHeight - list.scrollTop - list.clientHeight > ROWS_NEAR) return;
    if (this.querySelectorAll("session-row").length < this.most) return;
    this.most += ROWS_DRAWN;
    this.changed();
    this.render();
  }

  #fold() {
    if (this.ui.drawer) this.actions.frame.showDrawer(false);
    else this.actions.frame.fold("rail");
  }

  #tick() {
    for (const row of this.querySelectorAll("session-row time")) row.dispatchEvent(new CustomEvent("tick"));
  }

  archiveOpen = false;
  most = ROWS_DRAWN;
}

/** @param {RailRow} row */
function makeRow({ session }) {
  // SAFETY: the element registered under that name
  const row = /** @type {SessionRow} */ (document.createElement("session-row"));
  row.dataset.id = session.id;
  row.draggable = true;
  return row;
}

define("session-rail", SessionRail);
