// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { EntryDesk } from "../../../webview/js/connection/entering.js";
import { codeIn } from "../../../webview/js/connection/pairing.js";
import { CallError } from "../../../webview/js/host/channel.js";
import { Store } from "../../../webview/js/store.js";

const WAITING = { ticket: "t1", expiresAt: 10_000, machine: "laptop" };

/** @type {Store} */ let store;
/** @type {Map<string, string>} */ let kept;
/** @type {(() => any)[]} what the hub says to those who wait */ let answers;
/** @type {string[]} tickets that were given back */ let withdrawn;
let now = 0;

beforeEach(() => {
  store = new Store((callback) => callback());
  kept = new Map();
  answers = [];
  withdrawn = [];
  now = 0;
});

/** @param {any} [first] */
function desk(first = WAITING) {
  return new EntryDesk({
    store,
    doorbell: {
      pair: async () => (first instanceof Error ? Promise.reject(first) : first),
      waitForYes: async () => (answers.shift() ?? (() => WAITING))(),
      leave: async (ticket) => {
        withdrawn.push(ticket);
        throw new CallError(0, "unreachable", "away");
      },
    },
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
      removeItem: (key) => void kept.delete(key),
    },
    later: (callback) => queueMicrotask(callback),
    now: () => now,
  });
}

/** @param {number} status @param {string} message */
const fails = (status, message) => () => {
  throw new CallError(status, "x", message);
};

describe("a browser that wants in", () => {
  test("is in at once where nobody has to agree", async () => {
    expect(await desk(null).enter("c", "Phone")).toBe("in");
    expect(store.ui.entering).toBeNull();
  });

  test("waits in sight until somebody agrees, and keeps its place while the page may be dropped", async () => {
    answers = [() => WAITING, () => null];
    const entered = desk().enter("c", "Phone");
    await Promise.resolve();
    await Promise.resolve();
    expect(store.ui).toMatchObject({ entering: WAITING, phase: "unpaired" });
    expect(desk().left).toEqual(WAITING);
    expect(await entered).toBe("in");
    expect(store.ui.entering).toBeNull();
    expect(kept.size).toBe(0);
  });

  test("is told that it was refused", async () => {
    answers = [fails(403, "This device was refused.")];
    expect(await desk().enter("c", "Phone")).toMatchObject({ message: "This device was refused." });
    expect([store.ui.entering, kept.size]).toEqual([null, 0]);
  });

  test("waits on through a broken network, as long as the code holds", async () => {
    answers = [fails(0, "away"), fails(0, "away"), () => null];
    expect(await desk().enter("c", "Phone")).toBe("in");
    answers = [fails(0, "Pilot cannot be reached.")];
    now = 10_001;
    expect(await desk().enter("c", "Phone")).toMatchObject({ message: "Pilot cannot be reached." });
  });

  test("waits no more once the person cancels, whatever comes then", async () => {
    const one = desk();
    /** @type {(value: any) => void} */ let answer = () => {};
    answers = [() => new Promise((done) => (answer = done))];
    const entered = one.enter("c", "Phone");
    await new Promise((done) => setTimeout(done));
    await one.cancel();
    expect(store.ui.entering).toBeNull();
    expect(withdrawn).toEqual([WAITING.ticket]);
    answer(null);
    expect(await entered).toBe("left");
  });

  test("forgets a wait that is over, or that nobody can read", () => {
    kept.set("pilot:entering", JSON.stringify(WAITING));
    now = 10_001;
    expect(desk().left).toBeNull();
    kept.set("pilot:entering", "{");
    expect(desk().left).toBeNull();
  });
});

test.each([
  ["ABCD-EFGH", "ABCD-EFGH"],
  [" abcd efgh ", "ABCD-EFGH"],
  ["abcdefgh", "ABCD-EFGH"],
  ["http://192.0.2.7:4097/pair#code=aB_c-1234567890123456", "aB_c-1234567890123456"],
  ["aB_c-1234567890123456", "aB_c-1234567890123456"],
  ["not a code", null],
])("the code in %j", (text, code) => {
  expect(codeIn(text)).toBe(code);
});
