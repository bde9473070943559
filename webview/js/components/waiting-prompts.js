// @ts-check
/** @import { WaitingPrompt } from "../types" */
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";

/** Prompts of the session in view that are sent once the hub is back. */
class WaitingPrompts extends PilotElement {
  build() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Waiting to be sent");
    this.list = h("ol", { class: "waiting-list" });
    this.append(h("h2", null, "Sent when Pilot is back"), this.list);
  }

  render() {
    const { waitingPrompts, sessionId } = this.ui;
    if (!this.changed(waitingPrompts, sessionId) || !this.list) return;
    const here = waitingPrompts.filter((waiting) => waiting.sessionId === sessionId);
    this.hidden = !here.length;
    keyed(
      this.list,
      here,
      ({ key }) => key,
      (waiting) => this.#row(waiting),
      () => {},
    );
  }

  /** @param {WaitingPrompt} waiting */
  #row({ key, prompt }) {
    const cancel = {
      type: "button",
      class: "icon-button",
      "aria-label": "Do not send, back to the draft",
      title: "Do not send, back to the draft",
      on: { click: () => this.actions.cancelWaiting(key) },
    };
    return h("li", null, h("span", { class: "waiting-text" }, prompt.text), h("button", cancel, icon("cross")));
  }
}

define("waiting-prompts", WaitingPrompts);
