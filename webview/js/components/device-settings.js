// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { may } from "../select.js";
import { THEMES } from "../settings/theme.js";

/** Choices that belong to this browser and stay in it; what works at this address; the way out. */
class DeviceSettings extends PilotElement {
  build() {
    const option = (/** @type {typeof THEMES[number]} */ { id, label }) => {
      const input = h("input", { type: "radio", name: "theme", value: id, on: { change: () => this.#wear(id) } });
      return h("label", { class: "choice" }, input, label);
    };
    this.themes = h("div", { class: "choices", role: "radiogroup", "aria-label": "Colours" }, ...THEMES.map(option));
    this.kept = h("p", { class: "told" });
    this.works = h("div", null);
    this.install = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.actions.reach.install() } },
      "Install as an app",
    );
    this.leave = h("div", null);
    this.append(
      headed("Colours"),
      this.themes,
      headed("Without the hub"),
      this.kept,
      this.install,
      this.works,
      this.leave,
    );
    this.#offerLeave();
  }

  render() {
    const { installable } = this.ui;
    const { viewer } = this.data;
    if (!this.changed(installable, viewer) || !this.themes || !this.kept || !this.install || !this.leave) return;
    const { theme, whyNotKept } = this.actions.reach;
    for (const input of this.themes.querySelectorAll("input")) input.checked = input.value === theme;
    setText(this.kept, whyNotKept ? `This page does not open while the hub is away. ${whyNotKept}` : KEPT);
    setAttribute(this.install, "hidden", installable !== "asks");
    this.leave.hidden = viewer?.kind !== "device";
    this.works?.replaceChildren(...this.#worksHere());
  }

  /** @returns {Node[]} */
  #worksHere() {
    const { works } = this.actions.reach;
    if (!works || works.secure) return [];
    const line = ([name, can] = ["", false]) =>
      h("li", null, icon(can ? "check" : "cross"), h("span", null, `${name}${can ? "" : ": not at this address"}`));
    const lines = [
      ["Everything on this page, live", true],
      ["Notifications", works.notifications],
      ["Installing as an app", false],
      ["Opening without the hub", works.offline],
    ];
    const way = may(this.data, "admin")
      ? "Switch on TLS under Network, or start the tunnel, and open the https address."
      : "Whoever looks after this hub can switch on TLS or start the tunnel.";
    return [
      headed("What works on this connection"),
      // SAFETY: pairs of these two
      h("ul", { class: "works" }, ...lines.map((one) => line(/** @type {[string, boolean]} */ (one)))),
      h("p", { class: "told" }, `This address is not encrypted, and browsers keep the rest for https. ${way}`),
    ];
  }

  #offerLeave() {
    const ask = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.#askLeave() } },
      "Sign out of this device",
    );
    this.leave?.replaceChildren(headed("Sign out"), ask);
  }

  #askLeave() {
    const problem = h("p", { class: "problem", role: "alert" });
    const go = async () => {
      const failed = await this.actions.trust.leave();
      setText(problem, failed ? [failed.message, failed.hint].filter(Boolean).join(" ") : "");
    };
    const no = h("button", { type: "button", class: "quiet", on: { click: () => this.#offerLeave() } }, "Stay");
    const yes = h("button", { type: "button", class: "button deny", on: { click: go } }, "Sign out");
    const words = "This browser has to be paired again to come back.";
    this.leave?.replaceChildren(
      headed("Sign out"),
      h("div", { class: "sure" }, h("p", null, words), h("div", { class: "acts" }, no, yes), problem),
    );
    no.focus();
  }

  /** @param {string} theme */
  #wear(theme) {
    this.actions.reach.setTheme(theme);
  }
}

/** @param {string} title */
function headed(title) {
  return h("div", { class: "setting-head" }, h("span", { class: "name" }, title));
}

const KEPT =
  "This page opens while the hub is away, shows what was known last, and keeps prompts until they can be sent.";

define("device-settings", DeviceSettings);
