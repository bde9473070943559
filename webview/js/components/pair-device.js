// @ts-check
/** @import * as P from "../protocol.gen" */
import { clockTime } from "../connection/connection.js";
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** @type {[P.Scope, string][]} */
const GIVEN_ROLES = [
  ["admin", "everything"],
  ["operate", "answer and send prompts"],
  ["approve", "answer only"],
  ["view", "look only"],
];

/** Lets another device in: a link, and the same as a QR code, good once and for ten minutes. */
class PairDevice extends PilotElement {
  build() {
    const roles = GIVEN_ROLES.map(([scope, may]) => h("option", { value: scope }, may));
    this.scope = h("select", { "aria-label": "What the device may do" }, ...roles);
    this.invite = h(
      "button",
      { type: "button", class: "button", on: { click: () => this.#invite() } },
      "Pair another device",
    );
    this.link = h("div", { class: "pairing", role: "status" });
    this.append(
      h("p", { class: "told" }, "A phone scans the code; another browser opens the link."),
      h("div", { class: "control" }, this.scope, this.invite),
      this.link,
    );
  }

  async #invite() {
    if (!this.scope || !this.invite || !this.link) return;
    this.invite.disabled = true;
    // SAFETY: the options have these only
    const answer = await this.actions.settings.invite(/** @type {P.Scope} */ (this.scope.value));
    this.invite.disabled = false;
    this.link.replaceChildren(
      ...("url" in answer ? invitationParts(answer) : [h("p", { class: "problem" }, answer.message)]),
    );
  }
}

/** @param {P.PairingLink} invitation */
function invitationParts({ url, expiresAt, qr }) {
  return [
    qrPicture(qr),
    h(
      "div",
      null,
      h("code", { class: "type-this" }, url),
      h("p", { class: "hint" }, `Good once, until ${clockTime(expiresAt, Date.now())}.`),
    ),
  ];
}

/** @param {P.QrCode} qr */
function qrPicture({ size, path }) {
  const [svg, paper, ink] = ["svg", "rect", "path"].map((name) =>
    document.createElementNS("http://www.w3.org/2000/svg", name),
  );
  if (!svg || !paper || !ink) return "";
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", "qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "QR code of the link");
  paper.setAttribute("width", String(size));
  paper.setAttribute("height", String(size));
  paper.setAttribute("fill", "#fff");
  ink.setAttribute("d", path);
  svg.append(paper, ink);
  return svg;
}

define("pair-device", PairDevice);
