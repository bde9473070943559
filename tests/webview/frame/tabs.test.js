// @ts-check
import { expect, test } from "vitest";
import { chosenTab, closedTabs, movedTo, openTabs } from "../../../webview/js/frame/tabs.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { emptyUi } from "../../../webview/js/store.js";
import { ask, session, snapshot } from "../samples.js";

const NOW = 100 * 24 * 3_600_000;
const projects = ["a", "b", "c"].map((id) => ({ id, name: `project ${id}`, directory: `/home/dev/${id}` }));

/** @param {Partial<import("../../../webview/js/types").Tabs>} [tabs] @param {object} [change] */
function shown(tabs, change) {
  const data = fromSnapshot(emptyState(), snapshot({ projects, sessions: [], ...change }));
  const ui = { ...emptyUi(), tabs: { order: [], closed: {}, ...tabs } };
  return openTabs(data, ui, NOW).map((project) => project.id);
}

test("a project opens by itself when something goes on there, one that sleeps does not", () => {
  const sessions = [
    session({ id: "s1", projectId: "a" }),
    session({ id: "s2", projectId: "b", live: false, updatedAt: NOW - 1_000 }),
    session({ id: "s3", projectId: "c", live: false, updatedAt: 1_000 }),
  ];
  expect(shown({}, { sessions })).toEqual(["a", "b"]);
  expect(shown({ order: ["c", "a"] }, { sessions })).toEqual(["c", "a", "b"]);
});

test("a closed one stays closed until a session or an ask begins there", () => {
  const old = session({ projectId: "a", createdAt: 5 });
  expect(shown({ closed: { a: 10 } }, { sessions: [{ ...old, updatedAt: 99 }] })).toEqual([]);
  expect(shown({ closed: { a: 10 } }, { sessions: [{ ...old, createdAt: 11 }] })).toEqual(["a"]);
  const late = ask({ projectId: "a", createdAt: 12 });
  expect(shown({ closed: { a: 10 } }, { sessions: [old], asks: [late] })).toEqual(["a"]);
});

test("sessions in the archive open nothing", () => {
  const marks = [{ sessionId: "s1", labels: [], archived: true, todosPinned: false }];
  expect(shown({}, { sessions: [session({ projectId: "a" })], marks })).toEqual([]);
});

test("a project that somebody chose is there, behind the others, and no longer closed", () => {
  const data = fromSnapshot(emptyState(), snapshot({ projects, sessions: [session({ projectId: "b" })] }));
  const ui = { ...emptyUi(), tabs: { order: [], closed: { a: 10 } } };
  const tabs = chosenTab(data, ui, "a");
  expect(tabs).toEqual({ order: ["b", "a"], closed: {} });
  expect(chosenTab(data, { ...ui, tabs }, "a")).toBe(tabs);
  expect(closedTabs(data, { ...ui, tabs }, NOW).map((project) => project.id)).toEqual(["c"]);
});

test.each([
  [["a", "b", "c"], "c", "a", ["c", "a", "b"]],
  [["a", "b", "c"], "a", "c", ["b", "c", "a"]],
  [["a", "b"], "a", "?", ["a", "b"]],
  [["a", "b"], "?", "a", ["a", "b"]],
])("in %o, %s takes the place of %s", (ids, id, beside, result) => {
  expect(movedTo(ids, id, beside)).toEqual(result);
});
