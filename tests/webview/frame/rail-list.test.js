// @ts-check
import { expect, test } from "vitest";
import { NO_FILTER } from "../../../webview/js/frame/filtering.js";
import { firstRows, railSections } from "../../../webview/js/frame/rail-list.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { emptyUi } from "../../../webview/js/store.js";
import { ask, session, snapshot } from "../samples.js";

const projects = [
  { id: "p1", name: "shop", directory: "/home/dev/shop" },
  { id: "p2", name: "billing", directory: "/b" },
];
const sessions = [
  session({ id: "s1", title: "Fix the cart", updatedAt: 9 }),
  session({ id: "kid", title: "Look around", parentId: "s1", rootId: "s1" }),
  session({ id: "s2", title: "Invoice", projectId: "p2", agent: "codex", state: "busy" }),
  session({ id: "s3", title: "Old", updatedAt: 3 }),
];
const marks = [
  { sessionId: "s3", labels: ["keep me"], archived: true, todosPinned: false },
  { sessionId: "s2", name: "Round the cents", labels: ["money"], archived: false, todosPinned: false },
];

/** @param {Partial<import("../../../webview/js/types").Ui>} [change] @param {object} [asked] */
function listed(change, asked) {
  const data = fromSnapshot(emptyState(), snapshot({ projects, sessions, marks, ...asked }));
  return railSections(data, { ...emptyUi(), ...change }).map(({ name, amount, rows }) => [
    name,
    amount,
    ...rows.map((row) => row.session.id),
  ]);
}

test("what needs a person is first, then projects, the archive is last", () => {
  const asks = [ask({ sessionId: "kid", parents: ["s1"] })];
  expect(listed({ sessionId: "s1" }, { asks })).toEqual([
    ["Needs you", 1, "s1", "kid"],
    ["billing", 1, "s2"],
    ["Archived", 1, "s3"],
  ]);
});

test("projects stand as their tabs do", () => {
  expect(listed({ tabs: { order: ["p1", "p2"], closed: {} } }).map(([name]) => name)).toEqual([
    "shop",
    "billing",
    "Archived",
  ]);
});

test.each([
  ["cart", ["s1"]],
  ["CENTS round", ["s2"]],
  ["invoice", ["s2"]],
  ["money codex", ["s2"]],
  ["shop", ["s1", "s3"]],
  ["keep", ["s3"]],
  ["cart money", []],
])("the words “%s” let through %o", (text, expected) => {
  expect(listed({ filter: { ...NO_FILTER, text } }).flatMap(([, , ...ids]) => ids)).toEqual(expected);
});

test("states and agents narrow it down further", () => {
  expect(listed({ filter: { text: "", lights: ["working"], agents: [] } })).toEqual([["billing", 1, "s2"]]);
  expect(listed({ filter: { text: "", lights: ["working"], agents: ["opencode"] } })).toEqual([]);
});

test("a long list is drawn from its top, with the amounts of all", () => {
  const many = Array.from({ length: 40 }, (_, i) => session({ id: `m${i}`, projectId: i % 2 ? "p1" : "p2" }));
  const data = fromSnapshot(emptyState(), snapshot({ projects, sessions: [...many, ...sessions], marks }));
  const drawn = firstRows(railSections(data, emptyUi()), 25);
  expect(drawn.map(({ name, amount, rows }) => [name, amount, rows.length])).toEqual([
    ["billing", 21, 21],
    ["shop", 21, 4],
    ["Archived", 1, 0],
  ]);
});
