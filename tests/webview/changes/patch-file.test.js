// @ts-check
/** @import * as P from "../../../webview/js/protocol.gen" */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { patchFile } from "../../../webview/js/changes/patch-file.js";

/** @type {string} */ let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilot-patch-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** @param {Partial<P.FileDiff> & { path: string }} change @returns {P.FileDiff} */
const changed = (change) => ({ additions: 1, deletions: 1, status: "modified", ...change });

/** @param {Record<string, string>} before @param {P.FileDiff[]} files */
function apply(before, files) {
  for (const [name, text] of Object.entries(before)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, "all.patch"), patchFile(files, "/home/dev/shop"));
  execFileSync("git", ["apply", "--unsafe-paths", "all.patch"], { cwd: folder, stdio: "pipe" });
}

/** @param {string} name */
const read = (name) => readFileSync(join(folder, name), "utf8");
const HEAD = "Index: x\n===================================================================\n";
const EDIT = "@@ -1,2 +1,2 @@\n hello\n-world\n+pilot\n";

describe("the patch of a session is taken by git", () => {
  test("for a file that was edited, with the agent's own head or without any", () => {
    const files = [
      changed({ path: "/home/dev/shop/a b.txt", patch: `${HEAD}--- a b.txt\t\n+++ a b.txt\t\n${EDIT}` }),
      changed({ path: "src/c.txt", patch: EDIT }),
    ];
    apply({ "a b.txt": "hello\nworld\n", "src/c.txt": "hello\nworld\n" }, files);
    expect([read("a b.txt"), read("src/c.txt")]).toEqual(["hello\npilot\n", "hello\npilot\n"]);
  });

  test("for one that is new, one that is empty, one that is gone", () => {
    const files = [
      changed({
        path: "new.txt",
        status: "added",
        patch: "@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n",
      }),
      changed({ path: "empty", status: "added", additions: 0, deletions: 0 }),
      changed({ path: "old.txt", status: "deleted", patch: "@@ -1 +0,0 @@\n-gone\n" }),
    ];
    apply({ "old.txt": "gone\n" }, files);
    expect([read("new.txt"), read("empty"), existsSync(join(folder, "old.txt"))]).toEqual(["one\ntwo", "", false]);
  });

  test.each([
    ["each with its head", `${HEAD}--- x\n+++ x\n${EDIT}${HEAD}--- x\n+++ x\n@@ -1,2 +1,2 @@\n-hello\n+dear\n pilot\n`],
    ["one after the other", `${EDIT}@@ -1,2 +1,2 @@\n-hello\n+dear\n pilot\n`],
  ])("for a file that was changed twice, %s", (_how, patch) => {
    apply({ "a.txt": "hello\nworld\n" }, [changed({ path: "a.txt", patch })]);
    expect(read("a.txt")).toBe("dear\npilot\n");
  });

  test("for a file that was made, then changed", () => {
    const patch = "@@ -0,0 +1,2 @@\n+hello\n+world\n@@ -1,2 +1,2 @@\n hello\n-world\n+pilot\n";
    apply({}, [changed({ path: "a.txt", status: "added", patch })]);
    expect(read("a.txt")).toBe("hello\npilot\n");
  });

  test("for lines that look like a head, and empty ones that lost their space", () => {
    const patch = "@@ -1,4 +1,4 @@\n---- a/x\n+++++ b/x\n\n @@ -1 +1 @@\n end\n";
    apply({ "a.sql": "--- a/x\n\n@@ -1 +1 @@\nend\n" }, [changed({ path: "a.sql", patch })]);
    expect(read("a.sql")).toBe("++++ b/x\n\n@@ -1 +1 @@\nend\n");
  });

  test("for a name with quotes", () => {
    apply({ 'a"b.txt': "hello\nworld\n" }, [changed({ path: 'a"b.txt', patch: EDIT })]);
    expect(read('a"b.txt')).toBe("hello\npilot\n");
  });

  test("and what is no text is named, not lost in silence", () => {
    const files = [changed({ path: "logo.png" }), changed({ path: "a.txt", patch: EDIT })];
    apply({ "a.txt": "hello\nworld\n" }, files);
    expect(read("a.txt")).toBe("hello\npilot\n");
    expect(read("all.patch")).toContain("# Not in this patch, there is no text to compare: logo.png\n");
  });
});
