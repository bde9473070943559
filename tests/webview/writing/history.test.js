// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { forgetSent, HistoryWalk, rememberSent, sentBefore } from "../../../webview/js/writing/history.js";

/** @type {Map<string, string>} */ let kept;
const storage = {
  getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
  setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text),
  removeItem: (/** @type {string} */ key) => void kept.delete(key),
};
const sent = (/** @type {string} */ text, session = "s1", project = "p1") =>
  rememberSent(storage, { project, session, text });

beforeEach(() => {
  kept = new Map();
});

describe("what was sent before", () => {
  test("comes latest first, this session's before its project's, other projects' not at all", () => {
    sent("one");
    sent("beside", "s2");
    sent("two");
    sent("elsewhere", "s9", "p9");
    expect(sentBefore(storage, "p1", "s1")).toEqual(["two", "one", "beside"]);
    expect(sentBefore(storage, "p1", "new")).toEqual(["two", "beside", "one"]);
  });

  test("is there once, at its latest place", () => {
    for (const text of ["one", "two", "one"]) sent(text);
    sent("two", "s2");
    expect(sentBefore(storage, "p1", "s1")).toEqual(["one", "two"]);
  });

  test("is bounded", () => {
    for (let index = 0; index < 300; index++) sent(`prompt ${index}`);
    expect(sentBefore(storage, "p1", "s1")).toHaveLength(200);
    sent("x".repeat(5_001));
    sent("   ");
    for (let index = 0; index < 30; index++) sent(`${index}${"y".repeat(4_990)}`);
    expect(JSON.stringify([...kept]).length).toBeLessThan(100_000);
    expect(sentBefore(storage, "p1", "s1")[0]?.startsWith("29y")).toBe(true);
  });

  test("survives what another version left, and storage that is forbidden or full", () => {
    kept.set("prompts", '["{", "[1]", "null", 7]');
    expect(sentBefore(storage, "p1", "s1")).toEqual([]);
    kept.set("prompts", "nonsense");
    expect(sentBefore(storage, "p1", "s1")).toEqual([]);
    const full = { ...storage, setItem: () => { throw new Error("full"); } }; // biome-ignore format: one line
    rememberSent(full, { project: "p1", session: "s1", text: "x" });
    rememberSent(null, { project: "p1", session: "s1", text: "x" });
    expect(sentBefore(null, "p1", "s1")).toEqual([]);
  });

  test("can be forgotten", () => {
    sent("one");
    forgetSent(storage);
    expect(kept.size).toBe(0);
  });
});

test("a walk goes back and comes forth again to the draft", () => {
  const walk = new HistoryWalk(["two", "one"], "half");
  expect([walk.newer(), walk.older(), walk.older(), walk.older()]).toEqual([null, "two", "one", null]);
  expect(walk.shown).toBe("one");
  expect([walk.newer(), walk.newer(), walk.newer()]).toEqual(["two", "half", null]);
});
