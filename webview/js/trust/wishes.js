// @ts-check
/** What waits for a yes, and what agents tried, in words. Pure but for the elements it makes. @import * as P from "../protocol.gen" */
import { revealed } from "../asks/unseen.js";
import { h } from "../html.js";
import { roleWish } from "./roles.js";

/** @param {P.Confirmation} one @param {(agent: string) => string} agentName @returns {(string | HTMLElement)[]} */
export function wishOf({ kind, name, scope, address, reach }, agentName) {
  if (kind === "token_rotation")
    return [
      h("b", null, ...revealed(agentName(name))),
      " asks to renew the owner’s token: every connection ends. Was that you?",
    ];
  const from =
    reach === "local"
      ? "on this machine"
      : [address && `at ${address}`, reach === "tunnel" && "through the tunnel"].filter(Boolean).join(", ");
  return [h("b", null, ...revealed(name)), `${from ? ` ${from}` : ""} wants in, ${roleWish(scope)}. Was that you?`];
}

/** What an agent tried. @type {Record<string, string>} */
const TRIED = {
  "asks.decide": "answer its own request",
  "pairing.create": "make a pairing code",
  "pairing.exchange": "pair itself as a device",
  "confirmations.answer": "let a device in",
  "token.rotate": "renew the owner’s token",
  "settings.update": "change Pilot’s settings",
  "projects.approval": "change when it has to ask",
  "sessions.approval": "change when it has to ask",
  "devices.update": "change a device’s role",
  "devices.revoke": "revoke a device",
  "tunnel.start": "start the tunnel",
  "sessions.prompt": "send a prompt as if it were you",
  "hub.stop": "stop Pilot",
};

/** "OpenCode tried to answer its own request." @param {P.SelfApproval} attempt @param {(agent: string) => string} agentName */
export function triedWords({ agent, call, program }, agentName) {
  const what = TRIED[call] ?? `do what only a person may (${call})`;
  return `${agentName(agent)} tried to ${what}${program ? `, with ${program}` : ""}. Pilot refused.`;
}
