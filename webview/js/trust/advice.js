// @ts-check
/**
 * What to do where no other device can reach the hub.
 * @import * as P from "../protocol.gen"
 * @import { State } from "../types"
 * @import { Actions } from "../actions.js"
 */
import { h } from "../html.js";

/** @param {P.PairingLink} link @param {State} data @param {Actions} actions @param {() => void} onReachable @returns {Node[]} */
export function adviceParts({ ways, advice }, data, actions, onReachable) {
  if (!advice && ways.length) return [];
  const words = advice ?? "Only browsers on this machine reach Pilot now.";
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const start = h("button", { type: "button", class: "button" }, "Start the tunnel");
  start.addEventListener("click", async () => {
    start.disabled = true;
    const failed = await actions.trust.startTunnel({});
    start.disabled = false;
    problem.hidden = !failed;
    problem.textContent = failed ? [failed.message, failed.hint].filter(Boolean).join(" ") : "";
    if (!failed) onReachable();
  });
  const { state, message } = data.tunnel;
  const told =
    state === "off"
      ? ""
      : (message ?? (state === "starting" ? "The tunnel starts: the code for it appears here." : ""));
  const network = { type: "button", class: "quiet", on: { click: () => actions.openSetting("host") } };
  const off = state === "off" || state === "failed";
  const acts = h("div", { class: "acts" }, off ? start : "", h("button", network, "Network settings"));
  return [
    h(
      "section",
      { class: "advice", "aria-label": "How devices get here" },
      h("p", null, words),
      told && !ways.length ? h("p", { class: "hint" }, told) : "",
      ways.length ? "" : acts,
      problem,
    ),
  ];
}
