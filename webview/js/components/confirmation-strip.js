// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, keyed, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, mayCall } from "../select.js";
import { wishOf } from "../trust/wishes.js";

/** What waits for a yes at the hub's machine, over every page: who wants in, with which role, from where. */
class ConfirmationStrip extends PilotElement {
  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  render() {
    const { confirmations, hub } = this.data;
    const covered = this.ui.sheet !== null && !this.closest("dialog"); // the sheet has one of its own
    if (!this.changed(confirmations, hub, this.data.viewer, covered)) return;
    const asked = mayCall(this.data, "confirmations.answer") && !this.actions.editor; // an editor asks in its own way
    const shown = asked && !covered ? confirmations : [];
    this.hidden = !shown.length;
    clearInterval(this.timer);
    if (shown.length) this.timer = setInterval(() => this.#tick(), 1_000);
    keyed(
      this,
      shown,
      ({ id }) => id,
      (one) => this.#make(one),
      () => {},
    );
    this.#tick();
  }

  /** @param {P.Confirmation} one */
  #make(one) {
    const words = h("p", { id: `wish-${one.id}`, role: "alert" }, ...wishOf(one, agentName));
    const left = h("span", { class: "left", "data-until": one.expiresAt });
    const place = h("span", { class: "acts" });
    const answer = (/** @type {boolean} */ allow) => this.#answer(one.id, allow, place);
    const button = (/** @type {string} */ label, /** @type {string} */ look, /** @type {boolean} */ allow) =>
      h("button", { type: "button", class: look, on: { click: () => answer(allow) } }, label);
    place.append(button("Refuse", "button deny", false), button("Allow", "button", true));
    return h(
      "div",
      { class: "wish", role: "group", "aria-labelledby": `wish-${one.id}` },
      icon("alert"),
      words,
      left,
      place,
    );
  }

  /** @param {string} id @param {boolean} allow @param {HTMLElement} place */
  async #answer(id, allow, place) {
    for (const button of place.querySelectorAll("button")) button.disabled = true;
    const failed = await this.actions.trust.answer(id, allow);
    if (!failed || !place.isConnected) return;
    const words = h("span", { role: "status" }, [failed.message, failed.hint].filter(Boolean).join(" "));
    place.replaceChildren(words);
  }

  #tick() {
    for (const left of this.querySelectorAll(".left")) {
      const rest = Number(left.getAttribute("data-until")) - Date.now();
      setText(left, rest > 0 ? countdown(rest) : "too late");
    }
  }

  /** @type {ReturnType<typeof setInterval> | undefined} */ timer;
}

define("confirmation-strip", ConfirmationStrip);
