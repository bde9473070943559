// @ts-check
import { define, PilotElement } from "../element.js";
import { count, short } from "../format.js";
import { h } from "../html.js";
import { percent, sideBar, sideFact, sidePart } from "../panels/side.js";

const NEARLY_FULL = 0.85;

/** How much of the model's window the conversation takes up. */
class SideContext extends PilotElement {
  render() {
    const usage = this.ui.sessionId ? this.data.sessions[this.ui.sessionId]?.usage : undefined;
    if (!this.changed(usage?.contextTokens, usage?.contextLimit)) return;
    const used = usage?.contextTokens;
    this.hidden = !used;
    this.replaceChildren(...(used ? [meter(used, usage.contextLimit)] : []));
  }
}

/** @param {number} used @param {number | undefined} limit */
function meter(used, limit) {
  if (!limit) return sidePart("Context", sideFact("Used", `${count(used)} tokens`));
  const share = used / limit;
  const full = share >= NEARLY_FULL;
  return sidePart(
    "Context",
    sideBar(share, `${percent(share)} of the context used`, full),
    sideFact(`${percent(share)} of ${short(limit)}`, `${count(used)} tokens`),
    full && h("p", { class: "side-note problem" }, "Nearly full. The agent may soon shorten what was said."),
  );
}

define("side-context", SideContext);
