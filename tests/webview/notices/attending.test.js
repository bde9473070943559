// @ts-check
// The hub hears whether somebody looks at the page: each change, in order, and only where it counts.
import { beforeEach, expect, test, vi } from "vitest";
import { Attending } from "../../../webview/js/notices/attending.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { snapshot } from "../samples.js";

/** @type {{ params: any, done: () => void }[]} */ let sent = [];
/** @type {(state: any, seenAt: number) => void} */ let become = () => {};
/** @type {Store} */ let store;

/** @param {any} [viewer] */
function attend(viewer = { id: "d1", kind: "device", name: "Phone", scope: "approve" }) {
  store = new Store((callback) => callback());
  store.setData({ ...fromSnapshot(emptyState(), snapshot({})), viewer });
  store.setUi({ phase: "ready", connection: { state: "open" } });
  const channel = {
    call: (/** @type {string} */ _name, /** @type {any} */ params) =>
      new Promise((resolve) => sent.push({ params, done: () => resolve({}) })),
  };
  const watchAttention = (/** @type {any} */ told) => {
    become = told;
    return () => "active";
  };
  // SAFETY: nothing else of them is used
  new Attending(
    /** @type {any} */ ({ store, channel }),
    /** @type {any} */ ({ surface: "page-0001", watchAttention }),
  ).start();
}

const states = () => sent.map(({ params }) => params.state);

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
});

async function answered() {
  for (const one of sent) one.done();
  await vi.advanceTimersByTimeAsync(0);
}

test("a change is said once, and again only while somebody is there", async () => {
  attend();
  become("active", Date.now());
  await answered();
  become("active", Date.now());
  store.setUi({ notice: null });
  expect(sent.map(({ params }) => params)).toEqual([{ surface: "page-0001", state: "active", notifies: false }]);
  await vi.advanceTimersByTimeAsync(31_000);
  become("active", Date.now() - 40_000);
  expect(states()).toEqual(["active"]);
  become("active", Date.now());
  expect(states()).toEqual(["active", "active"]);
});

test("the last thing said is the last one heard, and a farewell does not wait", async () => {
  attend();
  become("active", Date.now());
  become("visible", Date.now());
  expect(states()).toEqual(["active"]);
  become("hidden", Date.now());
  expect(states()).toEqual(["active", "hidden"]);
  await answered();
  expect(states().at(-1)).toBe("hidden");
});

test("after a broken stream, or when it may show notices, it is said anew", async () => {
  attend();
  become("visible", Date.now());
  await answered();
  store.setUi({ connection: { state: "waiting" } });
  expect(sent).toHaveLength(1);
  store.setUi({ connection: { state: "open" } });
  expect(sent).toHaveLength(2);
  await answered();
  store.setUi({ notices: { push: "off", desk: "on", sound: false, soundBlocked: false } });
  expect(sent.at(-1)?.params.notifies).toBe(true);
});

test.each([{ scope: "view" }, { scope: "view", sessionId: "s1" }])("whoever may not answer says nothing: %j", (who) => {
  attend({ id: "d1", kind: "device", name: "Phone", ...who });
  become("active", Date.now());
  expect(sent).toEqual([]);
});
