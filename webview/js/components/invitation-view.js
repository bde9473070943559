// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, setText } from "../html.js";
import { qrPicture } from "../trust/qr.js";
import { segmentsOf } from "../trust/segments.js";

/** A single-use way in: its picture for a camera, its short form for typing, its link for copying, and how long it holds. */
export class InvitationView extends PilotElement {
  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** @param {P.PairingLink} link @param {() => void} onAgain a new code is wanted */
  show(link, onAgain) {
    clearInterval(this.timer);
    this.link = link;
    this.onAgain = onAgain;
    this.way = link.ways[0]?.url ?? link.url;
    this.#draw();
    this.timer = setInterval(() => this.#tick(), 1_000);
  }

  /** @returns {{ id: string, name: string, at: string, way?: P.PairingWay }[]} */
  get #ways() {
    if (!this.link) return [];
    const reachable = this.link.ways.map((way) => ({ id: way.url, name: way.address.label, at: way.address.url, way }));
    const { url } = this.link;
    return [...reachable, { id: url, name: "This machine", at: url.replace(/\/pair#.*$/, "") }];
  }

  #draw() {
    const { link } = this;
    const ways = this.#ways;
    const shown = ways.find(({ id }) => id === this.way) ?? ways[0];
    if (!link || !shown) return;
    this.left = h("span", { class: "left" });
    this.copied = h("span", { class: "hint", role: "status" });
    const choose = (/** @type {string} */ id) => {
      this.way = id;
      this.#draw();
      const chosen = this.querySelector("input:checked");
      if (chosen instanceof HTMLElement) chosen.focus();
    };
    this.replaceChildren(
      ways.length > 1 ? segmentsOf("Where the device is", ways, shown.id, choose) : "",
      h(
        "div",
        { class: "invitation" },
        shown.way ? qrPicture(shown.way.qr, "QR code of the link") : "",
        h("div", { class: "invitation-words" }, ...this.#words(link, shown), this.#acts(shown.id)),
      ),
    );
    this.#tick();
  }

  /** @param {P.PairingLink} link @param {{ at: string, way?: P.PairingWay }} shown */
  #words(link, { at, way }) {
    const first = way
      ? "Scan it with the device’s camera, or type this code at "
      : "On this machine, open another browser and type this code at ";
    return [
      h("p", { class: "told" }, first, h("code", null, at)),
      link.short ? h("p", { class: "short-code" }, link.short) : "",
      ...(way ? mindOf(way.address).map((line) => h("p", { class: "hint" }, line)) : []),
    ];
  }

  /** @param {string} url */
  #acts(url) {
    const copy = { type: "button", class: "button", on: { click: () => this.#copy(url) } };
    this.copy = h("button", copy, "Copy link");
    this.again = h("button", { type: "button", class: "quiet", on: { click: () => this.onAgain() } }, "New code");
    return h("div", { class: "acts" }, this.copy, this.again, this.left ?? "", this.copied ?? "");
  }

  /** @param {string} url */
  async #copy(url) {
    const done = await this.actions.sharing.copy(url);
    if (this.copied)
      setText(
        this.copied,
        done ? "Copied." : "The clipboard is closed to this page. Select the address and type the code.",
      );
  }

  #tick() {
    if (!this.link || !this.left) return;
    const rest = this.link.expiresAt - Date.now();
    this.toggleAttribute("data-old", rest <= 0);
    if (rest <= 0) this.#expire();
    setText(this.left, rest > 0 ? `Good once, for ${countdown(rest)}` : "This code is too old.");
  }

  /** What is worth nothing is not handed on; the way on is the one button that is left. */
  #expire() {
    clearInterval(this.timer);
    if (!this.left || !this.copy || !this.again) return;
    const held = document.activeElement === this.copy;
    this.left.setAttribute("role", "alert");
    this.querySelector(".short-code")?.setAttribute("aria-hidden", "true");
    this.copy.hidden = true;
    this.again.className = "button";
    if (held) this.again.focus();
  }

  /** @type {P.PairingLink | undefined} */ link;
  way = "";
  onAgain = () => {};
  /** @type {ReturnType<typeof setInterval> | undefined} */ timer;
}

/** @param {P.HubAddress} address */
function mindOf({ reach, url, secure }) {
  const https = url.startsWith("https:");
  return [
    reach === "lan" && https
      ? "The device warns until it trusts Pilot’s certificate: Settings, “How devices get here”."
      : "",
    secure
      ? ""
      : "Not encrypted, and without notifications and the offline page: browsers allow these with https only.",
  ].filter(Boolean);
}

define("invitation-view", InvitationView);
