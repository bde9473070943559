// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { outcome } from "../format.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** An ask that is over, in one line: what, how it ended, by whom. */
class AskLine extends HTMLElement {
  /** @param {P.Ask} ask */
  show(ask) {
    if (this.ask === ask) return;
    this.ask = ask;
    const choice = ask.resolution?.choice;
    const allowed = choice === "allow_once" || choice === "allow_always" || choice === "answer";
    const said = ask.resolution?.message ?? ask.resolution?.answers?.map((labels) => labels.join(", ")).join(" · ");
    this.dataset.choice = allowed ? "allowed" : choice === "deny" ? "denied" : "other";
    this.replaceChildren(
      icon(allowed ? "check" : choice === "deny" ? "denied" : "ask"),
      h("span", { class: "what" }, outcome(ask)),
      said ? h("q", null, said) : "",
      h("code", null, ask.summary || ask.title),
    );
  }

  /** @type {P.Ask | undefined} */ ask;
}

define("ask-line", AskLine);
