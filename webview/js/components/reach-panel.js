// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { mayCall } from "../select.js";
import { reachWords } from "../trust/reach-words.js";

/** Where the hub can be reached, what works there, and the certificate that a phone has to trust. */
class ReachPanel extends PilotElement {
  /** @type {string | undefined} */ #seen;

  render() {
    const open = this.ui.sheet === "settings";
    const seen = `${open} ${this.data.tunnel.url} ${this.ui.settingsChanged}`;
    if (!open) this.#seen = undefined;
    if (!open || seen === this.#seen || !mayCall(this.data, "reach.get")) return;
    this.#seen = seen;
    void this.#load();
  }

  async #load() {
    const answer = await this.actions.trust.reach();
    if ("problem" in answer) return this.replaceChildren(h("p", { class: "problem" }, answer.problem.message));
    const { addresses, warning, certificate, fingerprint } = answer;
    this.replaceChildren(
      h("div", { class: "setting-head" }, h("span", { class: "name" }, "Addresses")),
      h("ul", { class: "addresses" }, ...addresses.map((address) => this.#address(address))),
      warning ? h("p", { class: "told warning" }, warning) : "",
      certificate ? this.#certificate(certificate, fingerprint) : "",
    );
  }

  /** @param {P.HubAddress} address */
  #address(address) {
    const copy = h("button", { type: "button", class: "link", "aria-label": `Copy ${address.url}` }, "Copy");
    copy.addEventListener("click", async () => {
      if (await this.actions.sharing.copy(address.url)) copy.textContent = "Copied";
    });
    return h("li", null, h("code", null, address.url), copy, h("small", null, reachWords(address)));
  }

  /** @param {string} path @param {string | undefined} fingerprint */
  #certificate(path, fingerprint) {
    const steps = (/** @type {string} */ system, /** @type {string[]} */ lines) =>
      h("details", null, h("summary", null, system), h("ol", null, ...lines.map((line) => h("li", null, line))));
    return h(
      "div",
      { class: "certificate" },
      h("div", { class: "setting-head" }, h("span", { class: "name" }, "Certificate")),
      h(
        "p",
        { class: "told" },
        "A phone has to trust it once; then the address is as good as any https one. Open this address on the phone, and compare the fingerprint before you trust it.",
      ),
      h("p", null, h("a", { class: "button", href: path, download: "pilot-ca.crt" }, "Get the certificate")),
      fingerprint
        ? h("p", { class: "told" }, "SHA-256 fingerprint: ", h("code", { class: "fingerprint" }, fingerprint))
        : "",
      steps("On an iPhone or iPad", IOS),
      steps("On Android", ANDROID),
    );
  }
}

const IOS = [
  "Open the page there in Safari and tap “Get the certificate”, then Allow.",
  "Settings, General, VPN & Device Management: install the profile “Pilot”.",
  "Settings, General, About, Certificate Trust Settings: switch it on.",
];
const ANDROID = [
  "Open the page there in Chrome and tap “Get the certificate”.",
  "Settings, Security, More, Encryption & credentials, Install a certificate, CA certificate: choose the file.",
  "Chrome trusts it at once; Firefox needs “Use third party CA certificates” in its settings.",
];

define("reach-panel", ReachPanel);
