// @ts-check
import { describe, expect, test } from "vitest";
import {
  askSeen,
  emptyState,
  fromSnapshot,
  olderLoaded,
  reduce,
  transcriptAsked,
  transcriptFailed,
  transcriptLoaded,
} from "../../webview/js/reduce.js";
import { ask, EPOCH, events, session, snapshot } from "./samples.js";

const start = () => fromSnapshot(emptyState(), snapshot());
const open = () => transcriptLoaded(transcriptAsked(start(), "s1"), "s1", { items: [], seq: 10 });
/** @param {any} state @param {any[]} all */
const play = (state, all) => all.reduce(reduce, state);
/** @param {any} state */
const items = (state) => state.transcripts.s1.items;
const delta = (/** @type {number} */ offset, /** @type {string} */ text, id = "t1") => ({
  type: "pilot.message.delta",
  messageId: "m1",
  partId: id,
  part: "text",
  offset,
  delta: text,
});

describe("the overview", () => {
  test.each([
    [
      "a prompt makes it busy",
      { type: "pilot.prompt.received", messageId: "m", text: "Go" },
      { state: "busy", lastLine: "Go" },
    ],
    ["a stop makes it idle", { type: "pilot.session.stopped", reason: "completed" }, { state: "idle" }],
    ["a stop by error says so", { type: "pilot.session.stopped", reason: "error" }, { state: "error" }],
    [
      "a tool is the last line",
      { type: "pilot.tool.started", callId: "c", tool: "bash", title: "ls" },
      { state: "busy", lastLine: "ls" },
    ],
    [
      "to-dos",
      { type: "pilot.todo.updated", todos: [{ text: "x", status: "pending" }] },
      { todos: [{ text: "x", status: "pending" }] },
    ],
    ["an error is kept", { type: "pilot.error", code: "x", message: "broke" }, { lastError: "broke" }],
    [
      "text is the last line",
      { type: "pilot.message.completed", partId: "t", messageId: "m", part: "text", text: "Hi" },
      { lastLine: "Hi" },
    ],
  ])("%s", (_name, body, expected) => {
    expect(play(start(), events(body)).sessions.s1).toMatchObject({ ...expected, updatedAt: 5_000 });
  });

  test("a project's choice made on another page is taken over, sessions or not", () => {
    const project = { id: "p9", name: "careful", directory: "/home/dev/careful", approval: { topics: ["shell"] } };
    const state = play(start(), events({ type: "pilot.project.updated", project }));
    expect(state.projects.p9).toEqual(project);
  });

  test("an ask appears without a reload and goes when answered anywhere", () => {
    const [pending, resolved] = events(
      { type: "pilot.permission.pending", ask: ask() },
      {
        type: "pilot.permission.resolved",
        ask: ask({ state: "resolved", resolution: { by: { kind: "terminal", name: "", verified: true }, at: 1 } }),
      },
    );
    const asked = play(start(), [pending]);
    expect(asked.asks.a1.state).toBe("pending");
    expect(play(asked, [resolved]).asks.a1.state).toBe("resolved");
  });

  test("an answer seen first is not undone by an older picture of the ask", () => {
    const answered = askSeen(start(), ask({ state: "resolved" }));
    expect(askSeen(answered, ask()).asks.a1?.state).toBe("resolved");
  });

  test("a session of an unknown project brings its project along", () => {
    const other = session({ id: "s2", projectId: "p9", directory: "/home/ann/billing" });
    const state = play(start(), events({ type: "pilot.session.started", sessionId: "s2", session: other }));
    expect(state.projects.p9).toEqual({ id: "p9", name: "billing", directory: "/home/ann/billing" });
  });

  test("the same event twice changes nothing", () => {
    const all = events({ type: "pilot.prompt.received", messageId: "m", text: "Go" }, delta(0, "He"), delta(2, "llo"));
    const once = play(open(), all);
    expect(play(once, all)).toEqual(once);
    expect(all.reduce(reduce, once)).toBe(once);
  });

  test("sessions that did not change keep their identity", () => {
    const before = start();
    const after = play(
      before,
      events({ type: "pilot.client.connected", client: { id: "x", kind: "device", name: "", scope: "view" } }),
    );
    expect(after.sessions).toBe(before.sessions);
    expect(after.clients).toHaveLength(1);
  });

  test("an event of a newer hub is passed over", () => {
    const state = play(start(), events({ type: "pilot.brand.new" }));
    expect(state.sessions).toEqual(start().sessions);
    expect(state.seq).toBe(11);
  });

  test("a snapshot of another epoch forgets transcripts, one of the same epoch keeps them", () => {
    expect(fromSnapshot(open(), snapshot({ cursor: "e2-3" })).transcripts).toEqual({});
    expect(fromSnapshot(open(), snapshot({ cursor: `${EPOCH}-30` })).transcripts.s1).toBeDefined();
  });

  test("a snapshot keeps who answered, and who looks", () => {
    const state = askSeen(start(), ask({ state: "resolved" }));
    const { viewer: _viewer, ...streamed } = snapshot();
    const next = fromSnapshot(state, streamed);
    expect(next.asks.a1?.state).toBe("resolved");
    expect(next.viewer?.scope).toBe("admin");
  });
});

describe("a transcript", () => {
  test("grows by deltas and is whole when completed", () => {
    const done = {
      type: "pilot.message.completed",
      messageId: "m1",
      partId: "t1",
      part: "text",
      text: "Hello there",
      startedAt: 4_990,
    };
    const state = play(open(), events(delta(0, "Hel"), delta(3, "lo"), done));
    expect(items(state)).toEqual([
      { kind: "text", id: "t1", messageId: "m1", at: 4_990, text: "Hello there", streaming: false },
    ]);
  });

  test("counts offsets in UTF-16, so an emoji is two", () => {
    const state = play(open(), events(delta(0, "a😀"), delta(3, "b")));
    expect(items(state)[0].text).toBe("a😀b");
    expect(state.transcripts.s1.gap).toBe(false);
  });

  test("a repeated delta, as after a resume, does not double the text", () => {
    const state = play(open(), events(delta(0, "Hel"), delta(0, "Hel"), delta(3, "lo"), delta(3, "lo")));
    expect(items(state)[0].text).toBe("Hello");
  });

  test("a missed delta is noticed", () => {
    const state = play(open(), events(delta(0, "Hel"), delta(7, "x")));
    expect(state.transcripts.s1.gap).toBe(true);
    expect(items(state)[0].text).toBe("Hel");
  });

  test("a delta after the end of its part is ignored", () => {
    const done = { type: "pilot.message.completed", messageId: "m1", partId: "t1", part: "text", text: "All" };
    expect(items(play(open(), events(done, delta(0, "Al"))))[0]).toMatchObject({ text: "All", streaming: false });
  });

  test("a tool goes from pending over running to done", () => {
    const call = { callId: "c1", tool: "bash", toolKind: "shell" };
    const all = events(
      { type: "pilot.tool.started", ...call, title: "ls", status: "pending", input: { command: "ls" } },
      { type: "pilot.tool.updated", callId: "c1", status: "running", output: "a" },
      { type: "pilot.tool.completed", ...call, status: "completed", output: "a\nb", files: [] },
    );
    expect(items(play(open(), all.slice(0, 1)))[0]).toMatchObject({ status: "pending", title: "ls" });
    expect(items(play(open(), all.slice(0, 2)))[0]).toMatchObject({ status: "running", output: "a" });
    expect(items(play(open(), all))).toEqual([
      {
        kind: "tool",
        id: "c1",
        at: 5_000,
        tool: "bash",
        toolKind: "shell",
        title: "ls",
        status: "completed",
        input: { command: "ls" },
        output: "a\nb",
        files: [],
        attachments: [],
        endedAt: 5_002,
      },
    ]);
  });

  test("a late update does not bring a finished tool back to life", () => {
    const call = { callId: "c1", tool: "bash", toolKind: "shell", files: [] };
    const all = events(
      { type: "pilot.tool.completed", ...call, status: "denied" },
      { type: "pilot.tool.updated", callId: "c1", status: "running" },
    );
    expect(items(play(open(), all))[0].status).toBe("denied");
  });

  test("an error has the id the hub gives it", () => {
    const state = play(open(), events({ type: "pilot.error", code: "rate", message: "Too fast" }));
    expect(items(state)).toEqual([
      { kind: "error", id: `error-${EPOCH}-11`, at: 5_000, code: "rate", message: "Too fast" },
    ]);
  });

  test("what never completed stops streaming when the turn is over", () => {
    const state = play(open(), events(delta(0, "Hel"), { type: "pilot.session.stopped", reason: "aborted" }));
    expect(items(state)[0].streaming).toBe(false);
  });

  test("reasoning knows how long it took", () => {
    const done = {
      type: "pilot.message.completed",
      messageId: "m",
      partId: "r",
      part: "reasoning",
      text: "Hm",
      startedAt: 4_000,
    };
    expect(items(play(open(), events(done)))[0]).toMatchObject({ kind: "reasoning", at: 4_000, endedAt: 5_000 });
  });

  test("what arrives while it is fetched is applied after, and only what is newer", () => {
    const [first, second] = events(delta(0, "Hel"), delta(3, "lo"));
    const waiting = play(transcriptAsked(start(), "s1"), [first, second]);
    const item = {
      kind: /** @type {const} */ ("text"),
      id: "t1",
      messageId: "m1",
      at: 5_000,
      text: "Hel",
      streaming: true,
    };
    const state = transcriptLoaded(waiting, "s1", { items: [item], seq: 11 });
    expect(items(state)[0].text).toBe("Hello");
    expect(state.transcripts.s1?.waiting).toEqual([]);
  });

  test("events the page already holds are skipped even when the overview has not seen them", () => {
    const item = { kind: /** @type {const} */ ("prompt"), id: "m1", at: 1, text: "Go" };
    const ahead = transcriptLoaded(transcriptAsked(start(), "s1"), "s1", { items: [item], seq: 12 });
    const state = play(ahead, events({ type: "pilot.prompt.received", messageId: "m9", text: "old" }));
    expect(items(state)).toEqual([item]);
    expect(state.sessions.s1.state).toBe("busy");
  });

  test("an older page goes in front, without doubles; the cursor moves", () => {
    const item = (/** @type {string} */ id) => ({ kind: /** @type {const} */ ("prompt"), id, at: 1, text: id });
    const page = { items: [item("c")], before: "5", seq: 10 };
    const loaded = transcriptLoaded(transcriptAsked(start(), "s1"), "s1", page);
    const state = olderLoaded(loaded, "s1", { items: [item("a"), item("b"), item("c")], seq: 10 });
    expect(items(state).map((/** @type {any} */ other) => other.id)).toEqual(["a", "b", "c"]);
    expect(state.transcripts.s1?.before).toBeUndefined();
  });

  test("a refetch keeps the older pages that join", () => {
    const item = (/** @type {string} */ id) => ({ kind: /** @type {const} */ ("prompt"), id, at: 1, text: id });
    const loaded = transcriptLoaded(transcriptAsked(start(), "s1"), "s1", { items: [item("a"), item("b")], seq: 10 });
    const again = transcriptLoaded(transcriptAsked(loaded, "s1"), "s1", {
      items: [item("b"), item("c")],
      before: "2",
      seq: 20,
    });
    expect(items(again).map((/** @type {any} */ other) => other.id)).toEqual(["a", "b", "c"]);
    expect(again.transcripts.s1?.before).toBeUndefined();
  });

  test("a failed fetch keeps what was there and says why", () => {
    const state = transcriptFailed(transcriptAsked(open(), "s1"), "s1", "gone");
    expect(state.transcripts.s1).toMatchObject({ state: "failed", error: "gone" });
  });

  test("events of sessions whose transcript nobody opened cost nothing", () => {
    const state = play(start(), events(delta(0, "x")));
    expect(state.transcripts).toEqual({});
  });
});
