// @ts-check
/** @import * as P from "../protocol.gen" */

/** Where an address leads, and what works there. @param {P.HubAddress} address */
export function reachWords({ label, reach, secure }) {
  const limits = secure ? "" : "not encrypted; no notifications, no offline page";
  return [reach === "local" && !/machine/i.test(label) ? `${label}, this machine` : label, limits]
    .filter(Boolean)
    .join(" · ");
}

/** @type {Record<P.TunnelStatus["state"], string>} */
export const TUNNEL_STATES = {
  off: "Off",
  starting: "Starting…",
  up: "Up",
  retrying: "Trying again…",
  failed: "Failed",
};

/** @type {Record<P.TunnelStatus["state"], import("../select.js").Light>} */
export const TUNNEL_LIGHTS = { off: "ended", starting: "working", up: "done", retrying: "working", failed: "error" };
