// @ts-check
import { describe, expect, test } from "vitest";
import { diffLines } from "../../webview/js/changes/diff.js";
import { codeIn, deviceName } from "../../webview/js/connection/pairing.js";
import { emptyState, fromSnapshot, transcriptAsked, transcriptLoaded } from "../../webview/js/reduce.js";
import { entriesOf } from "../../webview/js/transcript/entries.js";
import { bodyOf, fileOf, metaOf, opensByItself, subjectOf, verbOf } from "../../webview/js/transcript/tools.js";
import { Drafts } from "../../webview/js/writing/drafts.js";
import { ask, snapshot } from "./samples.js";

describe("a unified diff", () => {
  test("is read from its first hunk on", () => {
    const patch =
      "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n\\ No newline at end of file\n";
    expect(diffLines(patch)).toEqual([
      { kind: "hunk", text: "@@ -1,2 +1,2 @@" },
      { kind: "same", text: "same" },
      { kind: "del", text: "old" },
      { kind: "add", text: "new" },
    ]);
  });

  test("without hunks is taken line by line", () => {
    expect(diffLines("+a\n-b").map((line) => line.kind)).toEqual(["add", "del"]);
  });
});

describe("a tool call", () => {
  /** @param {object} change @returns {any} */
  const tool = (change) => ({
    kind: "tool",
    id: "c",
    at: 0,
    tool: "bash",
    toolKind: "shell",
    title: "",
    status: "completed",
    files: [],
    ...change,
  });
  test.each([
    ["Shell", "npm test", { input: { command: "npm test\nls" } }],
    ["Read", "src/a.js", { toolKind: "read", input: { filePath: "/home/dev/shop/src/a.js" } }],
    ["Edit", "b.py", { toolKind: "edit", input: { file_path: "/home/dev/shop/b.py" } }],
    ["Search", "TODO", { toolKind: "search", input: { pattern: "TODO" } }],
    ["Fetch", "https://x.org", { toolKind: "fetch", input: { url: "https://x.org" } }],
    ["Sub-agent", "Look around", { toolKind: "task", input: { description: "Look around" } }],
    ["linear_list", "", { toolKind: "mcp", tool: "linear_list", title: "" }],
  ])("%s %s", (verb, subject, change) => {
    expect([verbOf(tool(change)), subjectOf(tool(change), "/home/dev/shop")]).toEqual([verb, subject]);
  });

  test.each([
    ["/home/dev/shop/a.js", { toolKind: "read", input: { filePath: "/home/dev/shop/a.js" } }],
    ["/home/dev/shop/src/b.py", { toolKind: "edit", input: { file_path: "src/b.py" } }],
    ["/etc/hosts", { toolKind: "write", files: [{ path: "/etc/hosts" }] }],
    ["C:\\x\\y.ts", { toolKind: "read", input: { path: "C:\\x\\y.ts" } }],
    [undefined, { toolKind: "edit", files: [{ path: "a" }, { path: "b" }] }],
    [undefined, { toolKind: "shell", input: { command: "cat a", path: "a" } }],
    [undefined, { toolKind: "read" }],
  ])("is about the one file %s", (path, change) => {
    expect(fileOf(tool(change), "/home/dev/shop/")).toBe(path);
  });

  test("a plan of to-dos tells how far it is", () => {
    const todos = [
      { content: "One", status: "completed" },
      { content: "Two", status: "pending" },
    ];
    const one = tool({ toolKind: "todo", tool: "todowrite", input: { todos }, output: "[]" });
    expect([verbOf(one), subjectOf(one, "")]).toEqual(["To-dos", "1 of 2 done"]);
    expect(bodyOf(one).map((part) => part.kind)).toEqual(["todos"]);
  });

  test("tells how it went", () => {
    const files = [{ path: "a", additions: 2, deletions: 1, status: "modified" }];
    expect(metaOf(tool({ files, endedAt: 200 }))).toBe("+2 −1 · 0.2 s");
    expect(metaOf(tool({ status: "failed", endedAt: 3_000 }))).toBe("Failed · 3.0 s");
    expect(metaOf(tool({ status: "running" }))).toBe("Running");
  });

  test("shows the whole command, its output and what went wrong", () => {
    const body = bodyOf(tool({ input: { command: "a\nb" }, output: "x\n", error: "exit 1" }));
    expect(body).toEqual([
      { kind: "command", text: "a\nb" },
      { kind: "output", text: "x\n" },
      { kind: "error", text: "exit 1" },
    ]);
  });

  test("opens by itself when it failed or made a small change", () => {
    const small = [{ path: "a", additions: 2, deletions: 1, status: "modified", patch: "+a" }];
    expect([tool({}), tool({ status: "failed" }), tool({ files: small })].map(opensByItself)).toEqual([
      false,
      true,
      true,
    ]);
  });
});

test("who answered stands after the call it was about", () => {
  const item = (/** @type {string} */ id, /** @type {number} */ at) => ({
    kind: /** @type {const} */ ("prompt"),
    id,
    at,
    text: "",
  });
  const by = { kind: /** @type {const} */ ("terminal"), name: "", verified: true };
  const answered = ask({ state: "resolved", callId: "b", resolution: { by, at: 50 } });
  const start = fromSnapshot(emptyState(), snapshot({ asks: [answered] }));
  const state = transcriptLoaded(transcriptAsked(start, "s1"), "s1", {
    items: [item("a", 1), item("b", 2), item("c", 60)],
    seq: 1,
  });
  expect(entriesOf(state, "s1").map((entry) => entry.id)).toEqual(["a", "b", "ask-a1", "c"]);
});

describe("pairing", () => {
  test.each([
    ["http://127.0.0.1:4097/pair#code=AB-12", "AB-12"],
    ["  #code=AB%2D12 ", "AB-12"],
    ["AB12-CD34", "AB12-CD34"],
    ["hello there", null],
    ["", null],
  ])("%s", (text, code) => {
    expect(codeIn(text)).toBe(code);
  });

  test("devices have names people know", () => {
    expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1")).toBe(
      "Safari on iPhone",
    );
    expect(deviceName("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36")).toBe("Chrome on Linux");
    expect(deviceName("curl")).toBe("Browser");
  });
});

test("drafts survive storage that is full", () => {
  const full = /** @type {any} */ ({
    getItem: () => null,
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {},
  });
  const drafts = new Drafts(full);
  drafts.set("s1", "half a thought");
  expect(drafts.get("s1")).toBe("half a thought");
  expect(drafts.get("s2")).toBe("");
});
