// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { Library } from "../../../webview/js/frame/library.js";
import { Undoing } from "../../../webview/js/frame/undoing.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { formatPlace } from "../../../webview/js/router.js";
import { Store } from "../../../webview/js/store.js";
import { FakeChannel } from "../fake_channel.js";
import { session, snapshot } from "../samples.js";

/** @type {(() => void)[]} */ let timers = [];
/** @type {string[]} */ let gone = [];

function library() {
  const store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot({ sessions: [session(), session({ id: "s2" })] })));
  store.setUi({ phase: "ready", view: "session", sessionId: "s1", projectId: "p1" });
  const channel = new FakeChannel();
  channel.answers["sessions.mark"] = ({ id, ...change }) => ({
    sessionId: id,
    labels: [],
    archived: false,
    todosPinned: false,
    ...store.data.marks[id],
    ...change,
  });
  channel.answers["sessions.delete"] = () => ({});
  channel.answers["sessions.restore"] = () => session({ title: "Back" });
  const later = (/** @type {() => void} */ callback) => timers.push(callback);
  const undoing = new Undoing(store, later);
  const go = (/** @type {any} */ place) => gone.push(formatPlace(place));
  // SAFETY: the library uses nothing else of them
  const tools = /** @type {any} */ ({ store, channel, later, isWide: () => true });
  const router = /** @type {any} */ ({ go, replace: go });
  return { store, channel, undoing, library: new Library(tools, undoing, () => router) };
}

beforeEach(() => {
  timers = [];
  gone = [];
});

describe("undo", () => {
  test("takes the last thing back first, then the one before", async () => {
    const { library: kept, undoing, store } = library();
    await kept.rename("s1", "Mine");
    await kept.archive("s1", true);
    expect(store.data.marks.s1).toMatchObject({ name: "Mine", archived: true });
    undoing.undo();
    await Promise.resolve();
    expect(store.data.marks.s1).toMatchObject({ name: "Mine", archived: false });
    undoing.undo();
    await Promise.resolve();
    expect(store.data.marks.s1).toMatchObject({ name: "", archived: false });
    expect(undoing.undo()).toBe(false);
  });

  test("its notice goes after a while, and not that of something later", async () => {
    const { library: kept, store } = library();
    await kept.archive("s1", true);
    await kept.archive("s2", true);
    timers[0]?.();
    expect(store.ui.undo).not.toBeNull();
    timers[1]?.();
    expect(store.ui.undo).toBeNull();
  });

  test("a refused deletion offers nothing and says why", async () => {
    const { library: kept, channel, store } = library();
    channel.answers["sessions.delete"] = () => Promise.reject(new Error("It runs."));
    await kept.remove("s1");
    expect([store.ui.undo, store.ui.notice?.message, gone]).toEqual([null, "It runs.", []]);
  });
});

test("a deleted session that was in view gives way to the next, and comes back", async () => {
  const { library: kept, undoing, store } = library();
  await kept.remove("s1");
  expect(gone).toEqual(["#session=s2"]);
  undoing.undo();
  await new Promise((done) => setTimeout(done));
  expect(store.data.sessions.s1?.title).toBe("Back");
  expect(gone).toEqual(["#session=s2", "#session=s1"]);
});

test("labels are trimmed and stand once", async () => {
  const { library: kept, store } = library();
  await kept.label("s1", [" red ", "red", "", "blue"]);
  expect(store.data.marks.s1?.labels).toEqual(["red", "blue"]);
  expect(kept.labels).toEqual(["blue", "red"]);
});

describe("the search", () => {
  test("waits for the typist; only the last words are looked for, a late answer to earlier ones is dropped", async () => {
    const { library: kept, channel, store } = library();
    /** @type {Record<string, (answer: any) => void>} */ const answer = {};
    channel.answers["sessions.search"] = ({ query }) => new Promise((done) => (answer[query] = done));
    kept.search("ca");
    kept.search("cart");
    for (const timer of timers) timer();
    expect(channel.named("sessions.search").map((call) => call.params.query)).toEqual(["cart"]);
    kept.search("cart wheel");
    timers.at(-1)?.();
    answer["cart wheel"]?.({ hits: [], more: false });
    answer.cart?.({ hits: [{}], more: false });
    await new Promise((done) => setTimeout(done));
    expect(store.ui.found).toMatchObject({ query: "cart wheel", state: "ready", hits: [] });
  });

  test("one letter is not looked for, and a failure says why", async () => {
    const { library: kept, channel, store } = library();
    kept.search("x");
    expect(store.ui.found).toBeNull();
    channel.answers["sessions.search"] = () => Promise.reject(new Error("Not now."));
    kept.search("xy");
    timers.at(-1)?.();
    await new Promise((done) => setTimeout(done));
    expect(store.ui.found).toMatchObject({ state: "failed", problem: { message: "Not now." } });
  });
});
