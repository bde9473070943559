// @ts-check
/** @import * as P from "../protocol.gen" */

import { revealed } from "../asks/unseen.js";
import { define } from "../element.js";
import { outcome } from "../format.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** An ask that is over, in one line: what, how it ended, by whom and from where, when. */
class AskLine extends HTMLElement {
  /** @param {P.Ask} ask */
  show(ask) {
    if (this.ask === ask) return;
    this.ask = ask;
    const end = ask.resolution;
    const choice = end?.choice;
    const allowed = choice === "allow_once" || choice === "allow_always" || choice === "answer";
    const said = end?.message ?? end?.answers?.map((labels) => labels.join(", ")).join(" · ");
    this.dataset.choice = allowed ? "allowed" : choice === "deny" ? "denied" : "other";
    this.replaceChildren(
      icon(allowed ? "check" : choice === "deny" ? "denied" : "ask"),
      h("span", { class: "what" }, outcome(ask)),
      said ? h("q", null, said) : "",
      h("code", null, ...revealed(ask.summary || ask.title)),
      end ? at(end.at) : "",
    );
  }

  /** @type {P.Ask | undefined} */ ask;
}

/** @param {number} ms since 1970 */
function at(ms) {
  const date = new Date(ms);
  const clock = date.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return h("time", { datetime: date.toISOString(), title: date.toLocaleString() }, clock);
}

define("ask-line", AskLine);
