// @ts-check
import { expect, test } from "vitest";
import { NO_FILTER } from "../../../webview/js/frame/filtering.js";
import { keptFrame, rememberFrame } from "../../../webview/js/frame/remembering.js";
import { Store } from "../../../webview/js/store.js";

const AFRESH = {
  folded: { rail: false, side: false },
  tabs: { order: [], closed: {} },
  filter: NO_FILTER,
  filters: {},
  lastSessionOf: {},
};

/** @param {string | null} [text] */
function storage(text = null) {
  let kept = text;
  return {
    getItem: () => kept,
    setItem: (/** @type {string} */ _key, /** @type {string} */ next) => (kept = next),
    removeItem() {},
  };
}

test.each([
  "",
  "{",
  "null",
  "7",
  "[]",
  '{"tabs":[],"filter":"x","folded":{"rail":"yes"},"lastSessionOf":{"a":1}}',
  '{"tabs":{"order":[1,null],"closed":{"a":"b"}}}',
])("garbage such as %s is the same as nothing", (text) => expect(keptFrame(storage(text))).toEqual(AFRESH));

test("what one page left, the next takes up", () => {
  const place = storage();
  const store = new Store((callback) => callback());
  rememberFrame(store, place);
  const left = {
    folded: { rail: true, side: false },
    tabs: { order: ["b", "a"], closed: { c: 5 } },
    filter: { text: "cart", lights: /** @type {const} */ (["working"]), agents: ["codex"] },
    lastSessionOf: { a: "s1" },
  };
  // SAFETY: the list of lights is not changed
  store.setUi(/** @type {any} */ (left));
  const next = new Store((callback) => callback());
  rememberFrame(next, place);
  expect(next.ui).toMatchObject(left);
});

test("storage that is full or forbidden costs only the memory", () => {
  const full = {
    getItem: () => null,
    removeItem() {},
    setItem: () => {
      throw new Error("full");
    },
  };
  const store = new Store((callback) => callback());
  rememberFrame(store, full);
  store.setUi({ lastSessionOf: { a: "s1" } });
  expect(store.ui.lastSessionOf).toEqual({ a: "s1" });
  expect(keptFrame(null)).toEqual(AFRESH);
});
