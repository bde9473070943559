// @ts-check
/**
 * Questions about the state that several views ask. Pure.
 *
 * @import * as P from "./protocol.gen"
 * @import { State, Ui } from "./types"
 * @typedef {"waiting" | "working" | "error" | "done" | "idle" | "ended"} Light
 */
import { CALLS } from "./calls.gen.js";

/** @type {P.Scope[]} */
const SCOPES = ["view", "approve", "operate", "admin"];

/** @param {State} state @param {P.Scope} needed */
export function may(state, needed) {
  return SCOPES.indexOf(state.viewer?.scope ?? "admin") >= SCOPES.indexOf(needed);
}

/** Whether the hub would let this page make a call. @param {State} state @param {keyof P.Calls} call */
export function mayCall(state, call) {
  const { scope, follows } = CALLS[call];
  return may(state, scope) && (follows || !isFollower(state));
}

/** Whether this page shows one session and nothing else. @param {State} state */
export function isFollower(state) {
  return Boolean(state.viewer?.sessionId);
}

/** What a device is told that may not send prompts. @param {State} state */
export function watchingWords(state) {
  if (isFollower(state)) return "You are watching this session live. Nothing you do here changes it.";
  if (may(state, "approve")) return "This device answers what agents ask. It may not send prompts.";
  return "You are watching. This device may look, but not change anything.";
}

/** Whether the files of projects can be looked at from here. @param {State} state */
export function mayBrowse(state) {
  return Boolean(state.hub?.files) && mayCall(state, "files.tree");
}

/** @param {State} state @param {string} sessionId */
export function rootOf(state, sessionId) {
  const seen = new Set();
  let id = state.sessions[sessionId]?.rootId ?? sessionId;
  for (;;) {
    const parent = state.sessions[id]?.parentId;
    if (!parent || seen.has(id) || !state.sessions[parent]) return id;
    seen.add(id);
    id = parent;
  }
}

/** The session a person would look for an ask in. @param {State} state @param {P.Ask} ask */
export function rootOfAsk(state, ask) {
  if (state.sessions[ask.sessionId]) return rootOf(state, ask.sessionId);
  return ask.parents.at(-1) ?? ask.sessionId;
}

/** Asks that wait, oldest first. @param {State} state @returns {P.Ask[]} */
export function pendingAsks(state) {
  return Object.values(state.asks)
    .filter((ask) => ask.state === "pending")
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/**
 * The order in which asks are offered: those of the session in view first.
 * @param {State} state
 * @param {string | null} sessionId
 */
export function askQueue(state, sessionId) {
  const pending = pendingAsks(state);
  if (!sessionId) return pending;
  const root = rootOf(state, sessionId);
  const here = pending.filter((ask) => rootOfAsk(state, ask) === root);
  return [...here, ...pending.filter((ask) => !here.includes(ask))];
}

/** @param {State} state @param {Ui} ui */
export function shownAsk(state, ui) {
  const all = askQueue(state, ui.sessionId);
  const root = ui.column && ui.sessionId ? rootOf(state, ui.sessionId) : null;
  const queue = root ? all.filter((ask) => rootOfAsk(state, ask) === root) : all;
  const index = Math.max(
    0,
    queue.findIndex((ask) => ask.id === ui.askId),
  );
  return { queue, index, ask: queue[index] };
}

/** First waiting ask of each root session. @param {State} state @returns {Map<string, P.Ask>} */
export function asksByRoot(state) {
  const found = new Map();
  for (const ask of pendingAsks(state)) {
    const root = rootOfAsk(state, ask);
    if (!found.has(root)) found.set(root, ask);
  }
  return found;
}

/** Sessions without a parent, latest change first. @param {State} state */
export function rootSessions(state) {
  return Object.values(state.sessions)
    .filter((session) => !session.parentId || !state.sessions[session.parentId])
    .sort((a, b) => b.updatedAt - a.updatedAt);
}

/** @param {State} state @param {string} rootId */
export function descendants(state, rootId) {
  return Object.values(state.sessions)
    .filter((session) => session.id !== rootId && rootOf(state, session.id) === rootId)
    .sort((a, b) => a.createdAt - b.createdAt);
}

/** @param {State} state @returns {{ project: P.Project, sessions: P.Session[] }[]} */
export function sessionsByProject(state) {
  /** @type {Map<string, P.Session[]>} */
  const groups = new Map();
  for (const session of rootSessions(state)) {
    groups.set(session.projectId, [...(groups.get(session.projectId) ?? []), session]);
  }
  return projectsInOrder(state).map((project) => ({ project, sessions: groups.get(project.id) ?? [] }));
}

/** Projects by name: an order that does not move under the finger. @param {State} state */
export function projectsInOrder(state) {
  const used = new Set(Object.values(state.sessions).map((session) => session.projectId));
  return Object.values(state.projects)
    .filter((project) => used.has(project.id))
    .sort((a, b) => a.name.localeCompare(b.name) || a.directory.localeCompare(b.directory));
}

/** @param {State} state @returns {Record<string, number>} */
export function waitingByProject(state) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const ask of pendingAsks(state)) counts[ask.projectId] = (counts[ask.projectId] ?? 0) + 1;
  return counts;
}

/** @param {P.Session} session @param {boolean} waits @returns {Light} */
export function lightOf(session, waits) {
  if (waits) return "waiting";
  if (session.state === "busy" || session.state === "retrying") return "working";
  if (session.state === "error") return "error";
  if (session.state === "ended") return "ended";
  if (!session.live) return "ended";
  return session.lastLine ? "done" : "idle";
}

/** The session to open when nobody chose one. @param {State} state */
export function sessionToOpen(state) {
  const waiting = pendingAsks(state)[0];
  if (waiting) return rootOfAsk(state, waiting);
  const roots = rootSessions(state);
  const busy = roots.find((session) => session.state === "busy");
  return (busy ?? roots[0])?.id ?? null;
}

/**
 * Why nothing can be sent to a session; null when it can.
 * @param {State} state
 * @param {P.Session} session
 */
export function whyNoPrompt(state, session) {
  if (!may(state, "operate")) return "This device may look, but not send prompts.";
  if (session.demo) return "This is a recording. Connect an agent to talk to it.";
  if (isResumable(session)) return null;
  if (session.state === "ended") return "This session has ended.";
  if (!session.live)
    return `${agentName(session.agent)} is not running this session now. Open it in a terminal to go on.`;
  if (session.capabilities.prompt === "none")
    return `${agentName(session.agent)} takes prompts in its own terminal only.`;
  return null;
}

/** Nothing runs it now, and a prompt brings it back. @param {P.Session} session */
export function isResumable(session) {
  return session.capabilities.resume && (!session.live || session.state === "ended");
}

/** What is wrong with agents that Pilot reaches only in part. @param {P.AgentStatus[]} agents @returns {string[]} */
export function troubles(agents) {
  return agents
    .filter((status) => status.state === "degraded")
    .map(({ agent, message = "Pilot can reach it only in part." }) =>
      message.startsWith(agentName(agent)) ? message : `${agentName(agent)}: ${message}`,
    );
}

/** @param {P.Session} session */
export function isBusy(session) {
  return session.state === "busy" || session.state === "retrying";
}

/** @param {State} state @param {P.Session} session */
export function isStoppable(state, session) {
  return isBusy(session) && session.capabilities.interrupt && may(state, "operate");
}

/** @type {Record<string, string>} */
const AGENTS = {
  opencode: "OpenCode",
  codex: "Codex",
  claude: "Claude Code",
  gemini: "Gemini",
  copilot: "Copilot",
  qwen: "Qwen",
  cursor: "Cursor",
  aider: "Aider",
  demo: "Recording",
};

/** @param {string} agent */
export function agentName(agent) {
  return AGENTS[agent] ?? agent;
}

/** @param {P.Session} session @param {P.SessionMark} [mark] what people named it */
export function titleOf(session, mark) {
  return mark?.name || session.title || session.lastLine.split("\n")[0] || "New session";
}
