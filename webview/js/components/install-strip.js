// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** Offers, once, to put the page on the home screen of a phone. */
class InstallStrip extends PilotElement {
  build() {
    this.hidden = true;
  }

  render() {
    const { installable, phase } = this.ui;
    if (!this.changed(installable, phase)) return;
    const offered = installable !== null && phase === "ready" && this.actions.reach.offersInstall();
    this.hidden = !offered;
    this.replaceChildren(...(offered ? this.#offer(installable) : []));
  }

  /** @param {"asks" | "by_hand"} how */
  #offer(how) {
    const dismiss = { type: "button", class: "link", on: { click: () => this.actions.reach.dismissInstall() } };
    if (how === "by_hand")
      return [
        h("span", null, "To have Pilot as an app: tap Share, then “Add to Home Screen”."),
        h("button", dismiss, "Got it"),
      ];
    const install = { type: "button", class: "link", on: { click: () => this.actions.reach.install() } };
    return [
      h("span", null, "Have Pilot as an app on this device?"),
      h("button", install, "Install"),
      h("button", dismiss, "Not now"),
    ];
  }
}

define("install-strip", InstallStrip);
