// @ts-check
/**
 * What the palette offers about who may come in. Pure.
 *
 * @import { State, Ui } from "../types"
 * @import { Command } from "./commands.js"
 * @import { Calls } from "../protocol.gen"
 */
import { mayCall } from "../select.js";

/** @param {State} data @param {Ui} ui @returns {Command[]} */
export function trustCommands(data, ui) {
  const session = ui.sessionId && data.sessions[ui.sessionId] ? ui.sessionId : null;
  const off = data.tunnel.state === "off" || data.tunnel.state === "failed";
  /** @type {[call: keyof Calls, id: string, title: string, run: Command["run"]][]} */
  const lines = [
    ["pairing.create", "pair", "Pair a device…", (actions) => actions.trust.openPair()],
    ["pairing.create", "follow", "Let somebody follow along…", (actions) => actions.trust.openFollow(session)],
    ["devices.list", "devices", "Devices", (actions) => actions.trust.openDevices()],
    [
      "tunnel.start",
      "tunnel",
      off ? "Start the tunnel" : "Stop the tunnel",
      (actions) => void actions.trust.switchTunnel(),
    ],
  ];
  return lines
    .filter(([call]) => mayCall(data, call))
    .map(([, id, title, run]) => ({ id: `action:${id}`, title, group: "Actions", run }));
}
