// @ts-check
/**
 * What works in a session, in plain words. Pure.
 * @import * as P from "../protocol.gen"
 */
import { agentName } from "../select.js";

/** @type {Record<P.Capabilities["stream"], string>} */
const WORDS = { tokens: "as they are generated", lines: "message by message", none: "not shown" };

const MODES = new Map([
  ["embedded", "its own terminal, through hooks"],
  ["exec", "a one-shot run"],
  ["owned", "started by Pilot"],
  ["tui", "its own terminal"],
  ["serve", "a server"],
  ["run", "a one-shot run"],
]);

/**
 * Label and value, most telling first. What only a running agent can do is left out while nothing runs it.
 * @param {P.Session} session
 * @returns {[label: string, value: string][]}
 */
export function abilitiesOf(session) {
  const { stream, interrupt, history, usage } = session.capabilities;
  const running = runs(session);
  return [
    ["Runs", howItRuns(session)],
    ...rows(running, ["Words", WORDS[stream]], ["Asks", howItAsks(session)]),
    ["Prompts", howPromptsArrive(session)],
    ...rows(running, ["Stop", interrupt ? "yes" : "no"]),
    ["History", history ? "the whole session" : "only what Pilot saw"],
    ["Tokens", usage ? "counted" : "not counted"],
  ];
}

/** @param {P.Session} session */
function runs(session) {
  return session.live && session.state !== "ended";
}

/** @param {boolean} shown @param {...[string, string]} told @returns {[string, string][]} */
function rows(shown, ...told) {
  return shown ? told : [];
}

/** @param {P.Session} session */
function howItRuns(session) {
  if (session.demo) return "a recording";
  if (!runs(session)) return "nothing runs it now";
  const mode = session.process?.mode;
  if (!mode) return "an agent that Pilot can reach";
  if (mode === "daemon") return `${agentName(session.agent)}’s shared daemon, together with its terminal`;
  return MODES.get(mode) ?? mode;
}

/** @param {P.Session} session */
function howItAsks({ capabilities, process, demo }) {
  const alone = demo || process?.mode === "owned"; // no terminal beside it
  switch (capabilities.approve) {
    case "race":
      return alone ? "here" : "here and in the terminal; the first answer wins";
    case "exclusive":
      return alone ? "here" : "here, while the terminal waits";
    case "deny_only":
      return "can only be denied";
    default:
      return process?.mode === "exec" ? "it never asks" : "in the terminal only";
  }
}

/** @param {P.Session} session */
function howPromptsArrive(session) {
  const { prompt, queue, resume } = session.capabilities;
  if (session.demo) return "not to a recording";
  if (!runs(session)) return resume ? "a prompt brings it back" : "not until it runs again";
  if (prompt === "none") return "in its own terminal only";
  if (prompt === "at_turn_end") return "when the turn ends";
  return queue ? "now, or when the turn ends" : "now";
}
