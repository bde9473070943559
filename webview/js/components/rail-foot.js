// @ts-check
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";

/** How the page is connected and what this device may do; the ways to find, to set and to learn the keys. */
class RailFoot extends PilotElement {
  build() {
    this.able = h("p", { class: "role" });
    this.status = h("span", { role: "status" });
    this.settings = this.#button("Settings", "gear", () => this.actions.router?.go({ name: "settings" }));
    this.append(
      this.able,
      h(
        "div",
        { class: "foot" },
        h("span", { class: "dot", "data-light": "done" }),
        this.status,
        h("span", { class: "spring" }),
        this.#button("Find anything", "search", () => this.actions.openPalette()),
        this.settings,
        this.#button("Keyboard shortcuts", "keyboard", () => this.actions.showSheet("shortcuts")),
      ),
    );
  }

  render() {
    const { clients, viewer } = this.data;
    const { connection } = this.ui;
    if (!this.changed(clients, viewer, connection) || !this.status || !this.able || !this.settings) return;
    const open = connection.state === "open";
    const devices = clients.length > 1 ? ` · ${plural(clients.length, "device")}` : "";
    setText(this.status, open ? `Connected${devices}` : "Not connected");
    setAttribute(this, "data-online", open);
    this.settings.hidden = this.actions.editor !== null;
    setText(this.able, ROLES[viewer?.scope ?? "admin"] ?? "");
    this.able.hidden = !this.able.textContent;
  }

  /** @param {string} label @param {import("../icons.js").IconName} name @param {() => void} click */
  #button(label, name, click) {
    return h(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click } },
      icon(name),
    );
  }
}

/** @type {Record<string, string>} */
const ROLES = {
  view: "This device may look, but not change anything.",
  approve: "This device may answer what agents ask, but not send prompts.",
};

define("rail-foot", RailFoot);
