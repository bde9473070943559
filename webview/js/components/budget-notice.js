// @ts-check
/** @import { BudgetAlert } from "../types" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";
import { alertKey, alertText, shownAlert } from "../panels/spent.js";
import { titleOf } from "../select.js";

/** Says calmly that a budget was reached, until somebody waves it away. */
class BudgetNotice extends PilotElement {
  build() {
    this.setAttribute("role", "status");
  }

  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const alert = shownAlert(this.ui, session, Date.now());
    const text = alert ? alertText(alert, this.#titleOf(alert)) : "";
    if (!this.changed(text, this.data.viewer?.scope)) return;
    this.hidden = !alert;
    this.replaceChildren(...(alert ? [h("p", null, text), ...this.#buttons(alert)] : []));
  }

  /** @param {BudgetAlert} alert */
  #buttons(alert) {
    const close = {
      type: "button",
      class: "icon-button",
      "aria-label": "Dismiss",
      "data-key": alertKey(alert, Date.now()),
      on: { click: () => this.actions.facts.spending.dismiss(alert) },
    };
    const look = { type: "button", class: "link", on: { click: () => this.actions.showSheet("usage") } };
    return [h("button", look, "Show spending"), h("button", close, icon("cross"))];
  }

  /** @param {BudgetAlert} alert */
  #titleOf({ sessionId = "" }) {
    const session = this.data.sessions[sessionId];
    return session ? titleOf(session, this.data.marks[sessionId]) : "A session";
  }
}

define("budget-notice", BudgetNotice);
