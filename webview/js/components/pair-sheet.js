// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { InvitationView } from "./invitation-view.js"
 */
import { define } from "../element.js";
import { h } from "../html.js";
import { Sheet } from "../sheet.js";
import { adviceParts } from "../trust/advice.js";
import { DEVICE_ROLES } from "../trust/roles.js";
import { segmentsOf } from "../trust/segments.js";

/** Lets another device in: what it may do, a code for it, and a word when it is in. */
export class PairSheet extends Sheet {
  sheet = /** @type {import("../types").Ui["sheet"]} */ ("pair");
  heading = "Pair a device";
  /** @type {P.Scope} */ scope = "operate";
  /** @type {Set<string> | null} */ #known = null;
  #asked = 0;
  #seen = 0;
  /** @type {string | undefined} */ #tunnel;

  render() {
    super.render();
    if (this.ui.sheet !== this.sheet) return this.#forget();
    const { url } = this.data.tunnel;
    if (url !== this.#tunnel && this.place && !this.said?.hasChildNodes()) void this.invite();
    this.#tunnel = url;
    if (this.ui.devicesChanged === this.#seen) return;
    this.#seen = this.ui.devicesChanged;
    void this.#lookForNew();
  }

  fill() {
    this.#known = null;
    this.#seen = this.ui.devicesChanged;
    this.#tunnel = this.data.tunnel.url;
    this.place = h("div", { class: "invitation-place" });
    this.said = h("div", { class: "paired", role: "status" });
    this.content?.replaceChildren(...this.choices(), this.place, this.said);
    void this.#begin();
  }

  /** A code that nobody looks at is nobody's. */
  #forget() {
    this.#asked++;
    this.place = undefined;
    if (this.content?.hasChildNodes()) this.content.replaceChildren();
  }

  /** What is asked before there is a code. @returns {Node[]} */
  choices() {
    const options = DEVICE_ROLES.map(({ scope, name }) => ({ id: scope, name }));
    const about = h("p", { class: "told", "aria-live": "polite" }, aboutRole(this.scope));
    const choose = (/** @type {P.Scope} */ scope) => {
      this.scope = scope;
      about.textContent = aboutRole(scope);
      void this.invite();
    };
    return [segmentsOf("What the device may do", options, this.scope, choose), about];
  }

  /** @returns {P.PairParams} */
  get wanted() {
    return { scope: this.scope };
  }

  /** Show a new code. */
  async invite() {
    const asked = ++this.#asked;
    const answer = await this.actions.trust.invite(this.wanted);
    if (asked !== this.#asked || !this.place) return;
    if ("problem" in answer) {
      const { message, hint } = answer.problem;
      return this.place.replaceChildren(
        h("p", { class: "problem", role: "alert" }, [message, hint].filter(Boolean).join(" ")),
      );
    }
    // SAFETY: the element registered under that name
    const view = /** @type {InvitationView} */ (document.createElement("invitation-view"));
    this.place.replaceChildren(
      ...adviceParts(answer, this.data, this.actions, () => void this.invite()),
      view,
      ...this.#later(answer),
    );
    view.show(answer, () => void this.invite());
  }

  /** Those that are in already are no news. */
  async #begin() {
    const devices = await this.actions.trust.devices();
    if (Array.isArray(devices)) this.#known = new Set(devices.map(({ id }) => id));
    await this.invite();
  }

  /** @param {P.PairingLink} link */
  #later({ confirm }) {
    const machine = this.data.hub?.machine ?? "the hub’s machine";
    return confirm ? [h("p", { class: "hint" }, `When it is used, somebody at ${machine} has to allow it.`)] : [];
  }

  async #lookForNew() {
    const known = this.#known;
    const devices = known && (await this.actions.trust.devices());
    if (!known || !Array.isArray(devices)) return;
    const fresh = devices.filter(({ id }) => !known.has(id));
    for (const { id } of fresh) known.add(id);
    const [device] = fresh;
    if (device) this.#tellIn(device);
  }

  /** @param {P.DeviceView} device */
  #tellIn({ name }) {
    const again = { type: "button", class: "button", on: { click: () => this.fill() } };
    const all = { type: "button", class: "quiet", on: { click: () => this.actions.showSheet("devices") } };
    this.place?.replaceChildren();
    this.said?.replaceChildren(
      h("p", { class: "paired-name" }, `“${name}” is paired.`),
      h("div", { class: "acts" }, h("button", again, "Another one"), h("button", all, "All devices")),
    );
  }
}

/** @param {P.Scope} scope */
function aboutRole(scope) {
  return DEVICE_ROLES.find((role) => role.scope === scope)?.about ?? "";
}

define("pair-sheet", PairSheet);
