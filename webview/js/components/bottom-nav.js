// @ts-check
import { define, PilotElement } from "../element.js";
import { moreMenu } from "../frame/row-menu.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { mayBrowse, pendingAsks } from "../select.js";

/** The phone's pages. */
class BottomNav extends PilotElement {
  build() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Pages");
    this.badge = h("span", { class: "badge" });
    this.sessions = this.#page("Sessions", "list", () => this.actions.openList());
    this.asks = this.#page("Asks", "ask", () => this.actions.openAsks());
    this.asks.append(this.badge);
    this.files = this.#page("Files", "folder", () => this.#openFiles());
    this.more = this.#page("More", "dots", () => this.#menu());
    setAttribute(this.more, "aria-haspopup", "menu");
    this.append(this.sessions, this.asks, this.files, this.more);
  }

  render() {
    const { view, projectId } = this.ui;
    if (!this.changed(this.data.asks, view, projectId, this.data.hub)) return;
    if (!this.badge || !this.sessions || !this.asks || !this.files) return;
    const waiting = pendingAsks(this.data).length;
    this.badge.hidden = !waiting;
    setText(this.badge, waiting ? String(waiting) : "");
    this.files.hidden = !mayBrowse(this.data);
    const shown = view === "session" ? "list" : view;
    for (const [button, name] of /** @type {const} */ ([
      [this.sessions, "list"],
      [this.asks, "asks"],
      [this.files, "files"],
    ]))
      setAttribute(button, "aria-current", shown === name ? "page" : null);
  }

  #openFiles() {
    const id = this.ui.projectId ?? Object.keys(this.data.projects)[0];
    if (id) this.actions.router?.go({ name: "files", id });
  }

  #menu() {
    if (this.more) this.actions.frame.openMenu("More", () => moreMenu(this.store, this.actions), { from: this.more });
  }

  /** @param {string} label @param {import("../icons.js").IconName} name @param {() => void} click */
  #page(label, name, click) {
    return h("button", { type: "button", on: { click } }, icon(name), h("span", null, label));
  }
}

define("bottom-nav", BottomNav);
