// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { setText } from "../html.js";
import { agentName, pendingAsks } from "../select.js";

/** Reads new asks out, once each, whatever is in sight. */
class AskVoice extends PilotElement {
  /** @type {Set<string>} */ #told = new Set();

  build() {
    this.className = "sr-only";
    this.setAttribute("role", "alert");
  }

  render() {
    if (!this.changed(this.data.asks)) return;
    const fresh = pendingAsks(this.data).filter(({ id }) => !this.#told.has(id));
    for (const { id } of fresh) this.#told.add(id);
    const [first, ...others] = fresh;
    if (first) setText(this, others.length ? `${fresh.length} asks wait for you. ${inSpeech(first)}` : inSpeech(first));
  }
}

/** @param {P.Ask} ask */
function inSpeech({ agent, title, summary }) {
  return `${agentName(agent)} asks: ${title}. ${summary.slice(0, 300)}`;
}

define("ask-voice", AskVoice);
