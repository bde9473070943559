// @ts-check
import { expect, test } from "vitest";
import { Kept } from "../../../webview/js/host/kept.js";
import { Router } from "../../../webview/js/router.js";
import { Drafts } from "../../../webview/js/writing/drafts.js";
import { FakeEditor } from "./fake_editor.js";

test("a view that is loaded anew is where it was, with what was not sent yet", () => {
  const editor = new FakeEditor();
  const before = new Kept(editor.acquireVsCodeApi());
  new Router(before, () => {}).go({ name: "session", id: "s 1" });
  new Drafts(before).set("s 1", "half a sen");
  const after = new Kept(new FakeEditor(editor.kept).acquireVsCodeApi());
  expect(new Router(after, () => {}).place).toEqual({ name: "session", id: "s 1" });
  expect(new Drafts(after).get("s 1")).toBe("half a sen");
});

test("what was sent is not kept", () => {
  const editor = new FakeEditor();
  const drafts = new Drafts(new Kept(editor.acquireVsCodeApi()));
  drafts.set("s1", "hello");
  drafts.set("s1", "");
  expect(editor.kept.texts).toEqual({});
});

test("back goes the way that was come, then to the list", () => {
  /** @type {string[]} */ const seen = [];
  const kept = new Kept(new FakeEditor().acquireVsCodeApi());
  const router = new Router(kept, (place) => seen.push("id" in place ? place.id : place.name));
  router.start();
  router.go({ name: "session", id: "s1" });
  router.go({ name: "session", id: "s1" });
  router.go({ name: "session", id: "s2" });
  router.back();
  router.back();
  expect(seen).toEqual(["list", "s1", "s1", "s2", "s1", "list"]);
});

test("after a reload there is nothing to go back to but the list", () => {
  const kept = new Kept(new FakeEditor({ hash: "#session=s1", texts: {} }).acquireVsCodeApi());
  const router = new Router(kept, () => {});
  router.back();
  expect(router.place).toEqual({ name: "list" });
});

test.each([undefined, null, 3, "x", [], { hash: 7, texts: ["a"] }, { texts: { a: 1 } }])(
  "%j left behind is nothing",
  (state) => {
    const kept = new Kept(new FakeEditor(state).acquireVsCodeApi());
    expect(kept.hash).toBe("");
    expect(kept.getItem("a")).toBeNull();
  },
);

test("a draft too long to keep stays in memory", () => {
  const editor = new FakeEditor();
  const drafts = new Drafts(new Kept(editor.acquireVsCodeApi()));
  drafts.set("s1", "x".repeat(300_000));
  expect(drafts.get("s1")).toHaveLength(300_000);
  expect(editor.kept).toBeUndefined();
});
