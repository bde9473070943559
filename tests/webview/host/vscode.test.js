// @ts-check
import { beforeEach, describe, expect, test, vi } from "vitest";
import { CALL_LIMIT } from "../../../webview/js/host/editor-channel.js";
import { here } from "../../../webview/js/host/here.js";
import { vscodeHost } from "../../../webview/js/host/vscode.js";
import { snapshot } from "../samples.js";
import { FakeEditor } from "./fake_editor.js";

/** @type {FakeEditor} */ let editor;
/** @type {ReturnType<typeof vscodeHost>} */ let host;
/** @type {any[]} */ let told;

/** @param {any} [kept] */
function open(kept) {
  editor = new FakeEditor(kept);
  host = vscodeHost(editor.window);
  told = [];
  host.listen({ onAway: (away) => told.push(away), onShow: (place) => told.push(place) });
}

beforeEach(() => open());

const connected = { type: /** @type {const} */ ("hub"), connected: true, away: null };
const gone = { message: "Pilot is stopped.", coming: false, offers: [] };
const away = { type: /** @type {const} */ ("hub"), connected: false, away: gone };
/** @param {number} seq @returns {any} */
const event = (seq) => ({ type: "pilot.error", epoch: "e", seq, at: 1, message: "x" });

test("a page of VS Code is known by its API, any other is a browser's", () => {
  expect(here(editor.window).editor).not.toBeNull();
  expect(here(window).editor).toBeNull();
});

test("says that it is there before anything else", () => {
  expect(editor.said).toEqual([{ type: "ready" }]);
});

test("says when somebody uses it: VS Code does not see what happens in a webview", () => {
  editor.feel("keydown");
  editor.feel("pointerdown");
  expect(editor.of("attended")).toHaveLength(1);
});

test("a message of another origin is nobody's", () => {
  editor.say(away, "https://elsewhere.example");
  expect(told).toEqual([]);
});

test("where there is no sound to be had, a sound does no harm", () => {
  editor.say({ type: "chime", kind: "ask" });
  expect(told).toEqual([]);
});

describe("calls", () => {
  test("answers find their calls in any order, each once", async () => {
    const first = host.channel.call("asks.list", {});
    const second = host.channel.call("sessions.list", {});
    const [{ id: one }, { id: two }] = editor.of("call");
    editor.say({ type: "answer", id: two, result: "second" });
    editor.say({ type: "answer", id: one, result: "first" });
    editor.say({ type: "answer", id: one, result: "again" });
    editor.say({ type: "answer", id: 99, result: "nobody's" });
    expect([await first, await second]).toEqual(["first", "second"]);
  });

  test("a refusal keeps its code, words and hint", async () => {
    const call = host.channel.call("asks.decide", { id: "a", kind: "deny" });
    editor.say({ type: "refusal", id: 1, error: { code: "already_answered", message: "Too late.", hint: "Look." } });
    await expect(call).rejects.toMatchObject({
      code: "already_answered",
      message: "Too late.",
      hint: "Look.",
      status: 400,
    });
  });

  test("a hub that is away is the same as in a browser", async () => {
    const call = host.channel.call("snapshot", {});
    editor.say({ type: "refusal", id: 1, error: { code: "unreachable", message: "Not there." } });
    await expect(call).rejects.toMatchObject({ status: 0 });
  });

  test("nothing waits for ever", async () => {
    const call = host.channel.call("snapshot", {});
    editor.world.pass(CALL_LIMIT);
    await expect(call).rejects.toMatchObject({ code: "timeout" });
    editor.say({ type: "answer", id: 1, result: "late" });
  });

  test("a refusal of no call is only logged", () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    editor.say({ type: "refusal", error: { code: "bad_message", message: "What?" } });
    expect(log).toHaveBeenCalledWith("What?");
  });
});

describe("events", () => {
  /** @type {any[]} */ let heard;
  /** @type {any[]} */ let states;
  /** @type {import("../../../webview/js/types").Subscription} */ let stream;

  beforeEach(() => {
    heard = [];
    states = [];
    editor.say(connected);
    stream = host.channel.subscribe("e-5", {
      onEvent: ({ seq }) => heard.push(seq),
      onState: ({ state }) => states.push(state),
      onUnauthorized: () => states.push("unauthorized"),
    });
  });

  test("begin at the cursor, and are open once the extension says so", () => {
    expect(editor.of("subscribe")).toEqual([{ type: "subscribe", stream: 1, cursor: "e-5" }]);
    expect(states).toEqual(["connecting"]);
    editor.say({ type: "subscribed", stream: 1 });
    editor.say({ type: "events", stream: 1, events: [event(6), event(7)] });
    expect(states).toEqual(["connecting", "open"]);
    expect(heard).toEqual([6, 7]);
  });

  test("go on where they stopped when the hub comes back; what an older subscription still says does not count", () => {
    editor.say({ type: "subscribed", stream: 1 });
    editor.say({ type: "events", stream: 1, events: [event(6)] });
    editor.say(away);
    editor.say({ type: "events", stream: 1, events: [event(99)] });
    expect(states.at(-1)).toBe("waiting");
    editor.say(connected);
    expect(editor.of("subscribe").at(-1)).toEqual({ type: "subscribe", stream: 2, cursor: "e-6" });
    editor.say({ type: "subscribed", stream: 1 });
    expect(states.at(-1)).toBe("connecting");
    editor.say({ type: "subscribed", stream: 2 });
    editor.say({ type: "events", stream: 2, events: [event(7)] });
    expect(heard).toEqual([6, 7]);
  });

  test("go on after the whole picture where the events between are gone", () => {
    editor.say({ type: "subscribed", stream: 1 });
    const whole = { ...event(0), type: "pilot.snapshot", snapshot: { ...snapshot(), cursor: "f-3" } };
    editor.say({ type: "events", stream: 1, events: [whole] });
    editor.say(away);
    editor.say(connected);
    expect(editor.of("subscribe").at(-1).cursor).toBe("f-3");
  });

  test("a subscription that failed is tried again, later each time, or at once when asked", () => {
    const error = { code: "internal", message: "No." };
    editor.say({ type: "subscribed", stream: 1, error });
    expect(states.at(-1)).toBe("waiting");
    editor.world.pass(1_000);
    expect(editor.of("subscribe")).toHaveLength(2);
    editor.say({ type: "subscribed", stream: 2, error });
    stream.retryNow();
    expect(editor.of("subscribe")).toHaveLength(3);
    stream.retryNow();
    expect(editor.of("subscribe")).toHaveLength(3);
  });

  test("a subscription that nobody answers is a failed one", () => {
    editor.world.pass(20_000);
    expect(states.at(-1)).toBe("waiting");
  });

  test("hearing twice that the hub is there asks for nothing twice", () => {
    editor.say(connected);
    expect(editor.of("subscribe")).toHaveLength(1);
  });

  test("end when closed", () => {
    editor.say({ type: "subscribed", stream: 1 });
    stream.close();
    editor.say({ type: "events", stream: 1, events: [event(6)] });
    editor.say(away);
    expect(heard).toEqual([]);
    expect(editor.said.at(-1)).toEqual({ type: "unsubscribe" });
    expect(states.at(-1)).toBe("open");
  });
});

describe("what VS Code tells", () => {
  test("where the hub stands, and where to go", () => {
    editor.say(away);
    editor.say(connected);
    editor.say({ type: "show", place: { name: "ask", id: "a1" } });
    expect(told).toEqual([gone, null, { name: "ask", id: "a1" }]);
  });

  test("which files it could open: those in its folders", () => {
    editor.say({ type: "folders", folders: ["/home/me/app", "/other/"] });
    const opens = (/** @type {string} */ path) => host.editor?.opens(path);
    expect(["/home/me/app/a.js", "/other/b"].map(opens)).toEqual([true, true]);
    expect(["/home/me/app", "/home/me/app2/a.js", "/etc/passwd"].map(opens)).toEqual([false, false, false]);
    host.editor?.openFile("/other/b");
    host.editor?.run("pilot.start");
    expect(editor.said.slice(-2)).toEqual([
      { type: "openFile", path: "/other/b" },
      { type: "run", command: "pilot.start" },
    ]);
  });
});
