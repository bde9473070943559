// @ts-check
import { describe, expect, test } from "vitest";
import { emptyState, fromSnapshot } from "../../webview/js/reduce.js";
import {
  askQueue,
  asksByRoot,
  lightOf,
  may,
  rootOf,
  rootSessions,
  sessionsByProject,
  sessionToOpen,
  troubles,
  waitingByProject,
  whyNoPrompt,
} from "../../webview/js/select.js";
import { ask, CAPABLE, session, snapshot } from "./samples.js";

/** @param {Parameters<typeof snapshot>[0]} change */
const state = (change) => fromSnapshot(emptyState(), snapshot(change));

const family = [
  session({ id: "root", updatedAt: 1 }),
  session({ id: "child", parentId: "root", rootId: "root" }),
  session({ id: "grandchild", parentId: "child", rootId: "root" }),
  session({ id: "other", projectId: "p2", updatedAt: 5 }),
];

describe("families", () => {
  test("a grandchild belongs to the root", () => {
    expect(rootOf(state({ sessions: family }), "grandchild")).toBe("root");
  });

  test("the chain of parents is enough when no root is named; a loop ends", () => {
    const loop = [session({ id: "a", parentId: "b" }), session({ id: "b", parentId: "a" })];
    expect(["a", "b"]).toContain(rootOf(state({ sessions: loop }), "a"));
  });

  test("only roots are listed, latest first", () => {
    expect(rootSessions(state({ sessions: family })).map((one) => one.id)).toEqual(["other", "root"]);
  });

  test("a child whose parent is unknown is listed itself", () => {
    expect(rootSessions(state({ sessions: [session({ id: "x", parentId: "gone" })] }))).toHaveLength(1);
  });
});

describe("asks", () => {
  const asks = [
    ask({ id: "old", sessionId: "other", projectId: "p2", createdAt: 1 }),
    ask({ id: "sub", sessionId: "grandchild", parents: ["child", "root"], createdAt: 2 }),
  ];

  test("a sub-agent's ask shows under its root", () => {
    expect(asksByRoot(state({ sessions: family, asks })).get("root")?.id).toBe("sub");
  });

  test("an ask of a session that is not known yet goes by its parents", () => {
    const early = state({ sessions: [family[0] ?? session()], asks: [ask({ sessionId: "new", parents: ["root"] })] });
    expect(asksByRoot(early).has("root")).toBe(true);
  });

  test("those of the session in view come first, then oldest first", () => {
    const now = state({ sessions: family, asks });
    expect(askQueue(now, null).map((one) => one.id)).toEqual(["old", "sub"]);
    expect(askQueue(now, "child").map((one) => one.id)).toEqual(["sub", "old"]);
  });

  test("are counted by project", () => {
    expect(waitingByProject(state({ sessions: family, asks }))).toEqual({ p1: 1, p2: 1 });
  });

  test("the session that waits longest is opened first", () => {
    expect(sessionToOpen(state({ sessions: family, asks }))).toBe("other");
    expect(sessionToOpen(state({ sessions: [] }))).toBeNull();
  });
});

test.each([
  ["waiting", session({ state: "busy" }), true],
  ["working", session({ state: "busy" }), false],
  ["working", session({ state: "retrying" }), false],
  ["error", session({ state: "error" }), false],
  ["ended", session({ state: "ended" }), false],
  ["ended", session({ live: false, lastLine: "x" }), false],
  ["done", session({ lastLine: "x" }), false],
  ["idle", session(), false],
])("the light is %s", (light, one, waits) => {
  expect(lightOf(one, waits)).toBe(light);
});

test.each([
  [null, session(), "admin"],
  [/look, but not/, session(), "approve"],
  [/recording/, session({ demo: true }), "admin"],
  [/has ended/, session({ state: "ended" }), "admin"],
  [/not running/, session({ live: false }), "admin"],
  [null, session({ live: false, capabilities: { ...CAPABLE, resume: true } }), "admin"],
  [null, session({ state: "ended", live: false, capabilities: { ...CAPABLE, resume: true } }), "operate"],
  [/look, but not/, session({ live: false, capabilities: { ...CAPABLE, resume: true } }), "approve"],
  [/own terminal/, session({ capabilities: { ...CAPABLE, prompt: "none", resume: true } }), "admin"],
  [/own terminal/, session({ capabilities: { ...CAPABLE, prompt: "none" } }), "admin"],
])("a prompt is refused with a reason: %s", (reason, one, scope) => {
  const viewer = { id: "c", kind: /** @type {const} */ ("device"), name: "", scope: /** @type {any} */ (scope) };
  const why = whyNoPrompt(state({ viewer }), one);
  if (reason === null) expect(why).toBeNull();
  else expect(why).toMatch(reason);
});

test("agents that Pilot reaches only in part are named, with what is wrong", () => {
  const status = { connections: 0, starts: false, unknownEvents: {} };
  const told = troubles([
    { ...status, agent: "codex", state: "degraded", message: "its version 0.9 is too old." },
    { ...status, agent: "opencode", state: "degraded" },
    { ...status, agent: "claude", state: "ready", message: "fine" },
    { ...status, agent: "gemini", state: "degraded", message: "Gemini does not answer." },
  ]);
  expect(told).toEqual([
    "Codex: its version 0.9 is too old.",
    "OpenCode: Pilot can reach it only in part.",
    "Gemini does not answer.",
  ]);
});

test("scopes include those before them", () => {
  const viewer = { id: "c", kind: /** @type {const} */ ("device"), name: "", scope: /** @type {const} */ ("approve") };
  const now = state({ viewer });
  expect([may(now, "view"), may(now, "approve"), may(now, "operate")]).toEqual([true, true, false]);
});

test("projects are in the order of their names, which does not move", () => {
  const projects = ["b", "a"].map((id) => ({ id, name: id, directory: `/${id}` }));
  const sessions = [session({ id: "1", projectId: "b", updatedAt: 9 }), session({ id: "2", projectId: "a" })];
  expect(sessionsByProject(state({ projects, sessions })).map((group) => group.project.id)).toEqual(["a", "b"]);
});
