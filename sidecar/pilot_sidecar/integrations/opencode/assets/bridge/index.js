// __PILOT_MARKER__
// @ts-check
// Pilot's bridge inside an OpenCode process. It never prints, never blocks a start, and while no hub is there it only
// keeps a bounded queue.
import { homedir } from "node:os";
import { join } from "node:path";
import { Bridge, describe, VERSION } from "./bridge.js";
import { readTopics } from "./hub.js";
import { concerns, openConfig } from "./topics.js";

/**
 * @typedef {import("./requests.js").Instance} Instance
 * @typedef {{ tool: string, sessionID: string, callID: string }} Call
 */

/**
 * Join one directory's instance to the process's bridge, and return its hooks.
 * @param {Instance} input
 * @param {string} installedHome the home that was in force when the bridge was installed
 */
export function attach(input, installedHome) {
  const bridge = bridgeOf(process.env.PILOT_HOME || installedHome || join(homedir(), ".pilot"));
  const directory = input.directory;
  bridge.instances.set(directory, input);
  bridge.dial();
  if (bridge.up) bridge.post({ type: "instance", ...describe(input) });
  return {
    event: async (/** @type {{ event: any }} */ { event }) => {
      try {
        bridge.forward(directory, event);
      } catch {
        // An event lost here is found again by the hub's reconciliation.
      }
    },
    "chat.message": async (/** @type {{ sessionID: string, agent?: string }} */ turn) => {
      try {
        await bridge.prepare(directory, turn);
      } catch {
        // The prompt goes through all the same; what the turn's rules do not cover is held.
      }
    },
    dispose: async () => {
      if (bridge.instances.get(directory) !== input) return;
      bridge.instances.delete(directory);
      bridge.post({ type: "dispose", directory });
    },
    ...(bridge.mode === "run" ? gateHooks(bridge, directory) : guardHooks(bridge, directory)),
  };
}

/** OpenCode asks about what its rules cover; what they do not cover yet is held. @param {Bridge} bridge @param {string} directory */
function guardHooks(bridge, directory) {
  return {
    "tool.execute.before": (/** @type {Call} */ call, /** @type {{ args: any }} */ { args }) =>
      hold(bridge, directory, call, args, bridge.guard.uncovered(directory, call.sessionID)),
  };
}

/** Wait for leave to run a call, if it is about one of the topics. @param {Bridge} bridge @param {string} directory @param {Call} call @param {any} args @param {string[]} topics */
async function hold(bridge, directory, { tool, sessionID, callID }, args, topics) {
  if (!concerns(tool, args, directory, topics)) return;
  const id = `gate_${crypto.randomUUID()}`; // some models number their calls anew in each session
  const result = await bridge.ask({ id, directory, tool, sessionID, callID, args });
  if (result.action !== "allow") throw new Error(result.message || "Denied in Pilot.");
}

/** `opencode run` refuses its own dialogs within milliseconds, so its tool calls are held instead. @param {Bridge} bridge @param {string} directory */
function gateHooks(bridge, directory) {
  /** @type {string[]} what OpenCode no longer asks about itself: held to the end, whatever a hub says later */
  let opened = [];
  return {
    config: async (/** @type {any} */ config) => {
      if (readTopics(bridge.home, directory).length > 0 && (await bridge.hubIsThere()))
        opened = openConfig(config, bridge.guard.wanted(directory, ""));
    },
    "tool.execute.before": (/** @type {Call} */ call, /** @type {{ args: any }} */ { args }) =>
      hold(bridge, directory, call, args, [...opened, ...bridge.guard.wanted(directory, call.sessionID)]),
  };
}

/** One bridge a process; newer code takes over from older under the same boot. @param {string} home @returns {Bridge} */
function bridgeOf(home) {
  const scope = /** @type {{ __pilotBridge?: Bridge }} */ (globalThis);
  const old = scope.__pilotBridge;
  if (old?.version === VERSION && !old.retired) return old;
  const bridge = new Bridge(home, old?.boot ?? crypto.randomUUID());
  for (const [directory, instance] of old?.instances ?? []) bridge.instances.set(directory, instance);
  old?.retire();
  scope.__pilotBridge = bridge;
  return bridge;
}
