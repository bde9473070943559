// @ts-check
/** @import { Refusal } from "../types" */
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";
import { agentName } from "../select.js";
import { triedWords } from "../trust/wishes.js";

/** An agent tried to do what only a person may: said until somebody waves it away. */
class RefusalStrip extends PilotElement {
  render() {
    const { refusals } = this.ui;
    if (!this.changed(refusals, this.data.sessions, this.data.asks)) return;
    this.hidden = !refusals.length;
    keyed(
      this,
      refusals.slice(-1),
      ({ at, call, agent }) => `${at} ${agent} ${call} ${refusals.length}`,
      (refusal) => this.#make(refusal, refusals.length - 1),
      () => {},
    );
  }

  /** @param {Refusal} refusal @param {number} index */
  #make(refusal, index) {
    const close = {
      type: "button",
      class: "icon-button",
      "aria-label": "Dismiss",
      on: { click: () => this.actions.trust.dismiss(index) },
    };
    const more = index ? `${index} more. ` : "";
    return h(
      "div",
      { class: "wish" },
      icon("denied"),
      h("p", { role: "alert" }, triedWords(refusal, agentName), more ? ` ${more}` : ""),
      h("span", { class: "acts" }, this.#look(refusal), h("button", close, icon("cross"))),
    );
  }

  /** To the ask while it waits, else to the session. @param {Refusal} refusal */
  #look({ askId = "", sessionId = "" }) {
    const ask = this.data.asks[askId];
    if (ask?.state === "pending")
      return h(
        "button",
        { type: "button", class: "link", on: { click: () => this.actions.openAsk(askId) } },
        "Show the request",
      );
    if (!this.data.sessions[sessionId]) return "";
    return h(
      "button",
      { type: "button", class: "link", on: { click: () => this.actions.openSession(sessionId) } },
      "Show the session",
    );
  }
}

define("refusal-strip", RefusalStrip);
