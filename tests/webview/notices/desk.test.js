// @ts-check
// Each thing is shown once, by the page that is named, and by none after it is over.
import { beforeEach, expect, test } from "vitest";
import { Desk } from "../../../webview/js/notices/desk.js";
import { askSeen, emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { ask, snapshot } from "../samples.js";

/** @type {Store} */ let store;
/** @type {Desk} */ let desk;
/** @type {Map<string, string>} tags, and which page shows them */ let shown;
/** @type {(() => void)[]} */ let later;
/** @type {() => void} */ let showing;
let attention = "hidden";

beforeEach(() => {
  [store, shown, later, attention] = [new Store((callback) => callback()), new Map(), [], "hidden"];
  showing = () => {};
  store.setData(fromSnapshot(emptyState(), snapshot({})));
  store.setUi({
    phase: "ready",
    connection: { state: "open" },
    notices: { push: "off", desk: "on", sound: false, soundBlocked: false },
  });
  const host = {
    show: async (/** @type {any} */ note) => {
      showing();
      shown.set(note.tag, note.by);
    },
    close: async (/** @type {(tag: string, by: string) => boolean} */ isOver) => {
      for (const [tag, by] of shown) if (isOver(tag, by)) shown.delete(tag);
    },
  };
  // SAFETY: a test's attention
  const tools = {
    store,
    host,
    surface: "me",
    attention: () => /** @type {any} */ (attention),
    sound: async () => false,
  };
  desk = new Desk({ ...tools, later: (callback) => later.push(callback) });
  store.subscribe(() => desk.settle());
});

/** @param {string} digest @param {object} [change] */
function asked(digest, change = {}) {
  store.setData(askSeen(store.data, ask({ id: "a1", digest, state: "pending", ...change })));
}

/** @param {object} [notice] @param {object} [change] */
function raise(notice = {}, change = {}) {
  const told = { id: "ask:a1:11111111", kind: "ask", at: Date.now(), title: "t", body: "b", project: "p", askId: "a1" };
  const event = { type: "pilot.notice.raised", at: Date.now(), surface: "me", sound: false, ...change };
  // SAFETY: an event of a test
  desk.hear(/** @type {any} */ ({ ...event, notice: { ...told, quick: [], ...notice } }));
  return settled();
}

/** @param {string} noticeId */
// SAFETY: an event of a test
const withdraw = (noticeId) => desk.hear(/** @type {any} */ ({ type: "pilot.notice.withdrawn", noticeId }));

async function settled() {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

test("an ask is shown while it waits, and not when it is answered or another one", async () => {
  asked("11111111ff");
  await raise();
  expect([...shown]).toEqual([["ask:a1:11111111", "me"]]);
  asked("22222222ff");
  await settled();
  expect(shown.size).toBe(0);
  await raise();
  expect(shown.size).toBe(0);
  await raise({ id: "ask:a1:22222222" });
  expect(shown.size).toBe(1);
  asked("22222222ff", { state: "resolved" });
  await settled();
  expect(shown.size).toBe(0);
});

test("what ends while it is being shown does not stay", async () => {
  asked("11111111ff");
  showing = () => withdraw("ask:a1:11111111");
  await raise();
  expect(shown.size).toBe(0);
});

test("others' notices, and those of before, are not shown", async () => {
  asked("11111111ff");
  await raise({}, { surface: "another" });
  await raise({}, { surface: undefined });
  await raise({}, { at: Date.now() - 600_000 });
  withdraw("ask:a1:11111111");
  await raise();
  expect(shown.size).toBe(0);
});

test("what moved to another page is taken away by the page that showed it only", async () => {
  asked("11111111ff");
  await raise();
  shown.set("ask:a1:11111111", "another tab");
  await raise({}, { surface: "another tab" });
  expect(shown.size).toBe(1);
  shown.set("ask:a1:11111111", "me");
  await raise();
  await raise({}, { surface: "a window" });
  expect(shown.size).toBe(0);
});

test("a push that is faster than the page's stream stays, unless the ask never comes", async () => {
  asked("11111111ff", { id: "a0" });
  later.length = 0;
  shown.set("ask:a1:11111111", "");
  shown.set("ask:a9:11111111", "");
  store.setData({ ...store.data, asks: { ...store.data.asks } });
  await settled();
  expect(shown.size).toBe(2);
  asked("11111111ff");
  for (const callback of later) callback();
  await settled();
  expect([...shown.keys()]).toEqual(["ask:a1:11111111"]);
});

test("nothing is taken away on what an absent hub said last", async () => {
  shown.set("ask:a9:11111111", "");
  store.setUi({ connection: { state: "waiting" } });
  asked("11111111ff");
  for (const callback of later) callback();
  await settled();
  expect(shown.size).toBe(1);
});

test("a page in use says in itself what is not to be seen in it", async () => {
  attention = "active";
  asked("11111111ff");
  await raise();
  expect([shown.size, store.ui.told]).toEqual([0, null]);
  await raise({ id: "finished:s2:1", kind: "finished", askId: undefined, sessionId: "s2" });
  expect([shown.size, store.ui.told?.sessionId]).toEqual([0, "s2"]);
  store.setUi({ view: "session", sessionId: "s2" });
  expect(store.ui.told).toBe(null);
});
