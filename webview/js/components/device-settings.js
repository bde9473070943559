// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { THEMES } from "../settings/theme.js";

/** Choices that belong to this browser and stay in it. */
class DeviceSettings extends PilotElement {
  build() {
    const option = (/** @type {typeof THEMES[number]} */ { id, label }) => {
      const input = h("input", { type: "radio", name: "theme", value: id, on: { change: () => this.#wear(id) } });
      return h("label", { class: "choice" }, input, label);
    };
    this.themes = h("div", { class: "choices", role: "radiogroup", "aria-label": "Colours" }, ...THEMES.map(option));
    this.kept = h("p", { class: "told" });
    this.install = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.actions.reach.install() } },
      "Install as an app",
    );
    this.append(
      h("div", { class: "setting-head" }, h("span", { class: "name" }, "Colours")),
      this.themes,
      h("div", { class: "setting-head" }, h("span", { class: "name" }, "Without the hub")),
      this.kept,
      this.install,
    );
  }

  render() {
    const { installable } = this.ui;
    if (!this.changed(installable) || !this.themes || !this.kept || !this.install) return;
    const { theme, whyNotKept } = this.actions.reach;
    for (const input of this.themes.querySelectorAll("input")) input.checked = input.value === theme;
    setText(this.kept, whyNotKept ? `This page does not open while the hub is away. ${whyNotKept}` : KEPT);
    setAttribute(this.install, "hidden", installable !== "asks");
  }

  /** @param {string} theme */
  #wear(theme) {
    this.actions.reach.setTheme(theme);
  }
}

const KEPT =
  "This page opens while the hub is away, shows what was known last, and keeps prompts until they can be sent.";

define("device-settings", DeviceSettings);
