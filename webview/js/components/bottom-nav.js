// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { pendingAsks } from "../select.js";

/** The phone's pages. */
class BottomNav extends PilotElement {
  build() {
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", "Pages");
    this.badge = h("span", { class: "badge" });
    this.sessions = h(
      "button",
      { type: "button", on: { click: () => this.actions.openList() } },
      icon("list"),
      h("span", null, "Sessions"),
    );
    this.asks = h(
      "button",
      { type: "button", on: { click: () => this.actions.openAsks() } },
      icon("ask"),
      h("span", null, "Asks"),
      this.badge,
    );
    this.append(this.sessions, this.asks);
  }

  render() {
    if (!this.changed(this.data.asks, this.ui.view)) return;
    if (!this.badge || !this.sessions || !this.asks) return;
    const waiting = pendingAsks(this.data).length;
    this.badge.hidden = !waiting;
    setText(this.badge, waiting ? String(waiting) : "");
    setAttribute(this.sessions, "aria-current", this.ui.view === "asks" ? null : "page");
    setAttribute(this.asks, "aria-current", this.ui.view === "asks" ? "page" : null);
  }
}

define("bottom-nav", BottomNav);
