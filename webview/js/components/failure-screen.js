// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { offerButtons } from "../states.js";

/** Nothing can be shown: what happened, and what to do about it. */
class FailureScreen extends PilotElement {
  build() {
    this.classList.add("screen");
    this.setAttribute("role", "main");
    this.told = h("div", { class: "told", role: "alert" });
    this.append(this.told);
  }

  render() {
    const { failure, away } = this.ui;
    if (!this.changed(failure, away)) return;
    const { message, hint } = away ?? {
      message: failure?.message ?? "Something went wrong.",
      hint: failure?.hint ?? "Pilot tries again by itself.",
    };
    const offers = away?.offers.length ? [offerButtons(away.offers, (command) => this.actions.run(command))] : [];
    const working = away?.coming ? [h("span", { class: "dot", "data-light": "working", "aria-hidden": "true" })] : [];
    this.told?.replaceChildren(...working, h("h1", null, message), ...(hint ? [h("p", null, hint)] : []), ...offers);
  }
}

define("failure-screen", FailureScreen);
