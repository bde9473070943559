// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { mayCall } from "../select.js";

/** Offers, once, that this device is told of asks: on a phone, or after an ask was answered here. */
class NoticeOffer extends PilotElement {
  #answered = false;

  build() {
    this.hidden = true;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", "Notifications on this device");
  }

  render() {
    const { answered, notices, phase } = this.ui;
    this.#answered ||= answered !== null;
    const can = phase === "ready" && notices?.push === "off" && mayCall(this.data, "push.subscribe");
    const offered = can && this.data.viewer?.kind === "device" && this.actions.reach.offersNotices(this.#answered);
    if (!this.changed(offered)) return;
    this.hidden = !offered;
    this.replaceChildren(...(offered ? this.#offer() : []));
  }

  #offer() {
    const yes = h("button", { type: "button", class: "link" }, "Turn on");
    const no = { type: "button", class: "link", on: { click: () => this.actions.reach.dismissNotices() } };
    yes.addEventListener("click", async () => {
      const notice = (await this.actions.notices?.enablePush()) ?? null;
      if (notice) this.store.setUi({ notice });
      else this.actions.reach.dismissNotices();
    });
    return [
      h("span", null, "Hear of asks on this device, also while the page is closed?"),
      yes,
      h("button", no, "Not now"),
    ];
  }
}

define("notice-offer", NoticeOffer);
