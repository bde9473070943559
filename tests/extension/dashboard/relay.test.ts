import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ALLOWED_CALLS } from "../../../extension/src/dashboard/allowed";
import { Relay } from "../../../extension/src/dashboard/relay";
import { HubError, type Missed } from "../../../extension/src/hub";
import type { Event } from "../../../extension/src/protocol.gen";
import { FakeHub } from "../fakes/hub";
import { reset, workspace } from "../fakes/vscode";
import { FakeWebview } from "./fakeWebview";

let hub: FakeHub;
let webview: FakeWebview;
let relay: Relay;
let warned: string[];
let done: string[];

beforeEach(() => {
  vi.useFakeTimers();
  reset();
  hub = new FakeHub();
  webview = new FakeWebview();
  [warned, done] = [[], []];
  relay = new Relay(webview, hub, {
    log: { warn: (line: string) => void warned.push(line) },
    folders: () => ["/home/me/app"],
    openFile: (path) => void done.push(`open ${path}`),
    save: (name, text) => void done.push(`save ${name}: ${text.slice(0, 20)}`),
    run: (command) => void done.push(`run ${command}`),
    attended: () => void done.push("attended"),
  });
  hub.become({ kind: "connected", version: "1", pid: 1 });
});

afterEach(() => {
  relay.dispose();
  vi.useRealTimers();
});

function held<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let settle: { resolve(value: T): void; reject(error: Error): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: (value) => settle?.resolve(value), reject: (error) => settle?.reject(error) };
}

const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(20).then(() => undefined);
const call = (id: number, name: string, params: unknown = {}): object => ({ type: "call", id, name, params });
const event = (seq: number, epoch = "e"): Event => ({
  type: "pilot.error",
  epoch,
  seq,
  at: seq,
  code: "x",
  message: "x",
});

test("a page that is there hears at once which folders there are and where the hub stands", () => {
  expect(webview.posted).toEqual([]);
  webview.say({ type: "ready" });
  expect(webview.posted).toEqual([
    { type: "folders", folders: ["/home/me/app"] },
    { type: "hub", connected: true, away: null },
  ]);
});

describe("calls", () => {
  beforeEach(() => webview.say({ type: "ready" }));

  test("go through with their answers, in whatever order these come", async () => {
    const waiting = held<{ asks: [] }>();
    hub.answers["asks.list"] = () => waiting.promise;
    hub.answers["sessions.options"] = () => ({ modes: [], models: [], commands: [] });
    webview.say(call(1, "asks.list"), call(2, "sessions.options", { id: "s" }));
    await settle();
    waiting.resolve({ asks: [] });
    await settle();
    expect(webview.take("answer")).toEqual([
      { type: "answer", id: 2, result: { modes: [], models: [], commands: [] } },
      { type: "answer", id: 1, result: { asks: [] } },
    ]);
  });

  test("carry the hub's refusal with code and hint", async () => {
    hub.answers["asks.decide"] = () => Promise.reject(new HubError("already_answered", "Too late.", "Look again."));
    webview.say(call(7, "asks.decide", { id: "a", kind: "deny" }));
    await settle();
    const error = { code: "already_answered", message: "Too late.", hint: "Look again." };
    expect(webview.take("refusal")).toEqual([{ type: "refusal", id: 7, error }]);
  });

  test.each(["hub.stop", "settings.update", "pairing.create", "sessions.list", "__proto__", "toString", ""])(
    "%j is not allowed, and never reaches the hub",
    async (name) => {
      webview.say(call(1, name));
      await settle();
      expect(hub.calls).toEqual([]);
      expect(webview.take("refusal")).toMatchObject([{ id: 1 }]);
      expect(warned).toHaveLength(1);
    },
  );

  test("the list is exactly what the page's source asks for", () => {
    const folder = join(import.meta.dirname, "..", "..", "..", "webview", "js");
    const all = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
    const own = ["settings/settings.js", "trust/trust.js", "notices/pushing.js", "notices/attending.js"].map(normalize); // VS Code has ways of its own
    const sources = all.filter((name) => !own.includes(name));
    const made = sources.flatMap((name) =>
      [...readFileSync(join(folder, name), "utf8").matchAll(/channel\s*\.call\("([^"]+)"/g)].map(([, used]) => used),
    );
    expect([...ALLOWED_CALLS].sort()).toEqual([...new Set(made)].sort());
  });

  test("start nothing where the folder is not trusted; all else goes on", async () => {
    workspace.isTrusted = false;
    hub.answers["asks.list"] = () => ({ asks: [] });
    webview.say(call(1, "sessions.create", {}), call(2, "agents.options", {}), call(3, "asks.list"));
    await settle();
    expect(webview.take("refusal")).toMatchObject([
      { id: 1, error: { code: "untrusted" } },
      { id: 2, error: { code: "untrusted" } },
    ]);
    expect(webview.take("answer")).toMatchObject([{ id: 3 }]);
  });

  test("a number used twice is asked once and answered once", async () => {
    hub.answers["asks.list"] = () => ({ asks: [] });
    webview.say(call(1, "asks.list"), call(1, "asks.list"));
    await settle();
    expect(hub.calls).toHaveLength(1);
    expect(webview.take("answer")).toHaveLength(1);
    expect(webview.take("refusal")).toEqual([]);
  });

  test("no more than a hundred wait at once", async () => {
    hub.answers.snapshot = () => new Promise(() => undefined);
    webview.say(...Array.from({ length: 102 }, (_, i) => call(i, "snapshot")));
    await settle();
    expect(hub.calls).toHaveLength(100);
    expect(webview.take("refusal").map(({ error }) => error.code)).toEqual(["busy", "busy"]);
  });

  test("a hub that goes in mid call is a refusal, not silence", async () => {
    const waiting = held<never>();
    hub.answers.snapshot = () => waiting.promise;
    webview.say(call(1, "snapshot"));
    hub.become({ kind: "reconnecting" });
    waiting.reject(new HubError("unreachable", "The connection went."));
    await settle();
    expect(webview.take("refusal")).toMatchObject([{ id: 1, error: { code: "unreachable" } }]);
  });

  test("an answer for a page that was loaded anew meanwhile is dropped: its numbers mean other calls now", async () => {
    const waiting = held<{ asks: [] }>();
    hub.answers["asks.list"] = () => waiting.promise;
    webview.say(call(1, "asks.list"), { type: "ready" });
    waiting.resolve({ asks: [] });
    await settle();
    expect(webview.take("answer")).toEqual([]);
  });
});

describe("messages that make no sense", () => {
  const circle: Record<string, unknown> = { type: "call", id: 4, name: "snapshot" };
  circle.params = circle;

  test.each([
    [null],
    [undefined],
    ["call"],
    [7],
    [[]],
    [new Date()],
    [{}],
    [{ type: "hubStop" }],
    [{ type: "call" }],
    [{ type: "call", id: "1", name: "snapshot", params: {} }],
    [{ type: "call", id: 1.5, name: "snapshot", params: {} }],
    [{ type: "call", id: 1, name: 7, params: {} }],
    [{ type: "call", id: 1, name: "snapshot", params: [] }],
    [{ type: "call", id: 1, name: "snapshot", params: "{}" }],
    [{ type: "call", id: 1, name: "snapshot", params: null }],
    [{ type: "call", id: 1, name: "snapshot", params: new Map() }],
    [{ type: "call", id: 1, name: "sessions.prompt", params: { text: "x".repeat(8_000_001) } }],
    [circle],
    [{ type: "subscribe", stream: 1 }],
    [{ type: "subscribe", stream: "1", cursor: "e-1" }],
    [{ type: "subscribe", stream: 1, cursor: "x".repeat(200) }],
    [{ type: "run", command: {} }],
    [{ type: "run", command: "workbench.action.reloadWindow" }],
    [{ type: "openFile", path: 3 }],
    [{ type: "save", name: "", mime: "text/markdown", text: "x" }],
    [{ type: "save", name: "a.md", mime: "text/markdown", text: 7 }],
  ])("%o is logged and answered with an error", async (message) => {
    webview.say({ type: "ready" });
    webview.say(message);
    await settle();
    expect(webview.take("refusal")).toHaveLength(1);
    expect(warned).toHaveLength(1);
    expect(hub.calls).toEqual([]);
    expect(done).toEqual([]);
  });

  test("the error goes to the call it belongs to", () => {
    webview.say({ type: "ready" }, { type: "call", id: 3, name: "snapshot", params: [] });
    expect(webview.take("refusal")).toMatchObject([{ id: 3, error: { code: "bad_message" } }]);
  });

  test("who speaks before being ready is not answered", () => {
    webview.say(call(1, "snapshot"), { type: "run", command: "pilot.start" });
    expect(webview.posted).toEqual([]);
    expect(done).toEqual([]);
  });

  test("a prompt may bring as many pictures as the page takes", async () => {
    const picture = { name: "a.png", mime: "image/png", data: "A".repeat(1_860_000) };
    const params = { id: "s1", text: "Look", attachments: Array(4).fill(picture) };
    webview.say({ type: "ready" }, { type: "call", id: 1, name: "sessions.prompt", params });
    await settle();
    expect(hub.calls).toHaveLength(1);
  });

  test("a text to save may be as long as a transcript is", () => {
    const text = `# A session${"\n".repeat(2_000_000)}`;
    webview.say({ type: "ready" }, { type: "save", name: "a.md", mime: "text/markdown", text });
    expect(done).toEqual(["save a.md: # A session\n\n\n\n\n\n\n\n\n"]);
  });

  test("what does make sense is done", () => {
    webview.say({ type: "ready" }, { type: "run", command: "pilot.walkthrough" }, { type: "openFile", path: "/a" });
    webview.say({ type: "attended" });
    expect(done).toEqual(["run pilot.walkthrough", "open /a", "attended"]);
  });

  test("a command that the extension has the page offer runs while it is offered", () => {
    const start = { type: "run", command: "pilot.start" };
    webview.say({ type: "ready" }, start);
    expect(done).toEqual([]);
    hub.become({ kind: "stopped" });
    webview.say(start);
    expect(done).toEqual(["run pilot.start"]);
  });
});

describe("events", () => {
  const follow = (cursor = "e-5", stream = 1): void => webview.say({ type: "subscribe", stream, cursor });
  const events = (): number[] => webview.take("events").flatMap((message) => message.events.map(({ seq }) => seq));

  beforeEach(() => {
    webview.say({ type: "ready" });
    webview.take("hub");
  });

  test("what was missed, then what happens, without gap or double", async () => {
    const waiting = held<Missed>();
    hub.subscribe = () => waiting.promise;
    follow();
    hub.say(event(8)); // live before the answer, and in it
    hub.say(event(9));
    waiting.resolve({ cursor: "e-8", events: [event(6), event(7), event(8)] });
    await settle();
    hub.say(event(9));
    hub.say(event(10));
    await settle();
    expect(webview.take("subscribed")).toEqual([{ type: "subscribed", stream: 1 }]);
    expect(events()).toEqual([6, 7, 8, 9, 10]);
  });

  test("those of a moment come together", async () => {
    follow();
    await settle();
    for (let seq = 6; seq < 30; seq++) hub.say(event(seq));
    await settle();
    expect(webview.take("events")).toHaveLength(1);
    for (let seq = 30; seq < 1_035; seq++) hub.say(event(seq));
    expect(webview.take("events").map((message) => message.events.length)).toEqual([500, 500]);
  });

  test("the whole picture where they are gone, then on from there", async () => {
    const snapshot = { cursor: "f-3" } as Missed["snapshot"]; // SAFETY: the relay reads nothing else of it
    hub.missed = { cursor: "f-3", snapshot, events: [] };
    follow("e-5");
    await settle();
    hub.say(event(3, "f"));
    hub.say(event(4, "f"));
    await settle();
    const told = webview.take("events").flatMap((message) => message.events);
    expect(told.map(({ type, seq }) => [type, seq])).toEqual([
      ["pilot.snapshot", 3],
      ["pilot.error", 4],
    ]);
  });

  test("the page hears that the hub went, and resumes when it is back", async () => {
    follow();
    await settle();
    hub.say(event(6));
    hub.become({ kind: "reconnecting" });
    hub.say(event(7));
    await settle();
    expect(events()).toEqual([6]);
    expect(webview.take("hub")).toMatchObject([{ connected: false, away: { coming: true } }]);
    hub.become({ kind: "connected", version: "1", pid: 2 });
    hub.missed = { cursor: "e-7", events: [event(7)] };
    follow("e-6", 2);
    await settle();
    expect(webview.take("events")).toEqual([{ type: "events", stream: 2, events: [event(7)] }]);
  });

  test("a subscription that fails says so; one that was replaced says nothing", async () => {
    const first = held<Missed>();
    hub.subscribe = () => first.promise;
    follow("e-5", 1);
    hub.subscribe = () => Promise.reject(new HubError("unreachable", "No."));
    follow("e-5", 2);
    first.resolve({ cursor: "e-9", events: [event(9)] });
    await settle();
    expect(webview.take("subscribed")).toMatchObject([{ stream: 2, error: { code: "unreachable" } }]);
    expect(events()).toEqual([]);
  });

  test("stop when the page wants no more, sleeps or is gone", async () => {
    for (const leave of [() => webview.say({ type: "unsubscribe" }), () => relay.sleep(), () => relay.dispose()]) {
      webview.say({ type: "ready" });
      follow();
      await settle();
      webview.posted.length = 0;
      leave();
      hub.say(event(6));
      hub.become({ kind: "stopped" });
      hub.become({ kind: "connected", version: "1", pid: 1 });
      await settle();
      expect(events()).toEqual([]);
    }
    expect(webview.posted).toEqual([]);
  });

  test("a webview that was closed in the middle does no harm", async () => {
    follow();
    await settle();
    webview.open = false;
    hub.say(event(6));
    await settle();
    webview.say(call(1, "snapshot"));
    await settle();
    expect(webview.take("answer")).toEqual([]);
  });
});

test("a sound is played by a page that is there, and by no other", () => {
  expect(relay.play("ask")).toBe(false);
  webview.say({ type: "ready" });
  expect(relay.play("finished")).toBe(true);
  relay.sleep();
  expect(relay.play("error")).toBe(false);
  expect(webview.take("chime")).toEqual([{ type: "chime", kind: "finished" }]);
});

describe("places", () => {
  test("wait for the page, and the last one wins", () => {
    relay.show({ name: "session", id: "s1" });
    relay.show({ name: "ask", id: "a1" });
    expect(webview.posted).toEqual([]);
    webview.say({ type: "ready" });
    expect(webview.take("show")).toEqual([{ type: "show", place: { name: "ask", id: "a1" } }]);
    webview.say({ type: "ready" });
    expect(webview.take("show")).toEqual([]);
  });

  test("go at once to a page that is there, not to one that sleeps", () => {
    webview.say({ type: "ready" });
    relay.show({ name: "session", id: "s1" });
    relay.sleep();
    relay.show({ name: "session", id: "s2" });
    expect(webview.take("show")).toMatchObject([{ place: { id: "s1" } }]);
  });
});
