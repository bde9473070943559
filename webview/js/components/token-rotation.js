// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";

/** The owner's token made anew, for when it got into wrong hands. */
class TokenRotation extends PilotElement {
  build() {
    this.devices = h("input", { type: "checkbox" });
    this.said = h("p", { class: "hint", role: "status" });
    this.start = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.#ask() } },
      "Renew the owner’s token",
    );
    this.sure = h("div", { class: "sure", hidden: true, role: "group", "aria-label": "Renew the token?" });
    this.append(
      h("h3", null, "If a token got into wrong hands"),
      h(
        "p",
        { class: "told" },
        "Commands and editors on this machine prove themselves with the owner’s token. A new one ends every connection at once; they find the new one by themselves. Paired devices have keys of their own and stay.",
      ),
      this.start,
      this.sure,
      this.said,
    );
  }

  #ask() {
    if (!this.sure || !this.devices || !this.start) return;
    this.devices.checked = false;
    this.start.hidden = true;
    this.sure.hidden = false;
    const no = h("button", { type: "button", class: "quiet", on: { click: () => this.#shut() } }, "Keep it");
    const yes = h("button", { type: "button", class: "button deny", on: { click: () => this.#rotate() } }, "Renew");
    this.sure.replaceChildren(
      h("label", { class: "choice" }, this.devices, "Revoke every paired device too, this one included"),
      h("div", { class: "acts" }, no, yes),
    );
    no.focus();
  }

  #shut() {
    if (this.sure) this.sure.hidden = true;
    if (this.start) this.start.hidden = false;
    this.start?.focus();
  }

  async #rotate() {
    const failed = await this.actions.trust.rotate(this.devices?.checked ?? false);
    this.#shut();
    const words = failed
      ? [failed.message, failed.hint].filter(Boolean).join(" ")
      : "Done: the old token is worth nothing now.";
    if (this.said) setText(this.said, words);
  }
}

define("token-rotation", TokenRotation);
