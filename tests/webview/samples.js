// @ts-check
/**
 * Small, complete things of the wire, to be changed as a test needs.
 * @import * as P from "../../webview/js/protocol.gen"
 */

export const EPOCH = "e1";

/** @type {P.Capabilities} */
export const CAPABLE = {
  stream: "tokens",
  approve: "race",
  always: true,
  denyMessage: true,
  prompt: "now",
  queue: false,
  resume: false,
  interrupt: true,
  history: true,
  usage: true,
  images: false,
  guarded: false,
};

/** @param {Partial<P.Session>} [change] @returns {P.Session} */
export function session(change) {
  const usage = {
    inputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd: 0,
  };
  return {
    id: "s1",
    agent: "opencode",
    projectId: "p1",
    directory: "/home/dev/shop",
    title: "Fix the cart",
    state: "idle",
    live: true,
    createdAt: 1_000,
    updatedAt: 1_000,
    lastLine: "",
    capabilities: CAPABLE,
    usage,
    todos: [],
    files: [],
    demo: false,
    ...change,
  };
}

/** @param {Partial<P.Ask>} [change] @returns {P.Ask} */
export function ask(change) {
  return {
    id: "a1",
    kind: "permission",
    state: "pending",
    digest: "d1",
    agent: "opencode",
    sessionId: "s1",
    parents: [],
    projectId: "p1",
    directory: "/home/dev/shop",
    machine: "laptop",
    createdAt: 2_000,
    tool: "bash",
    title: "Run a command",
    summary: "rm -rf dist",
    command: "rm -rf dist",
    files: [],
    input: { command: "rm -rf dist" },
    questions: [],
    options: [],
    decisions: ["allow_once", "deny"],
    terminal: "race",
    ...change,
  };
}

/** @param {Partial<P.SnapshotResult>} [change] @returns {P.SnapshotResult} */
export function snapshot(change) {
  return {
    cursor: `${EPOCH}-10`,
    hub: { version: "0", protocol: 1, machine: "laptop", startedAt: 0, files: false },
    projects: [{ id: "p1", name: "shop", directory: "/home/dev/shop" }],
    sessions: [session()],
    asks: [],
    agents: [],
    clients: [],
    viewer: { id: "c1", kind: "device", name: "this browser", scope: "admin" },
    ...change,
  };
}

/**
 * Events of one session, numbered from 11 on.
 * @param {...object} bodies
 * @returns {P.Event[]}
 */
export function events(...bodies) {
  const head = { epoch: EPOCH, sessionId: "s1", agent: "opencode" };
  // SAFETY: the test gives the fields of the type it names
  return /** @type {any} */ (bodies.map((body, index) => ({ seq: 11 + index, at: 5_000 + index, ...head, ...body })));
}

/** @type {P.KindRule} */
export const RULE = { desk: true, push: true, telegram: true, sound: true };

/** @param {Partial<P.EndpointState>} [change] @returns {P.EndpointState} */
export function endpoint(change) {
  return { id: "e1", name: "Phone", state: "ready", ...change };
}

/** @param {Partial<P.ChannelState>} [change] @returns {P.ChannelState} */
export function channelState(change) {
  return { channel: "push", state: "ready", message: "", endpoints: [], ...change };
}

/** @param {Partial<P.NotificationsView>} [change] @returns {P.NotificationsView} */
export function notificationsView(change) {
  return {
    channels: [
      channelState({ channel: "desk" }),
      channelState({}),
      channelState({ channel: "telegram", state: "off" }),
    ],
    rules: { ask: RULE, finished: RULE, error: RULE, stuck: RULE, budget: RULE, projects: {} },
    quiet: false,
    ...change,
  };
}
