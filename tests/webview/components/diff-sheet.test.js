// @ts-check
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { session } from "../samples.js";
import { actingPage, settled } from "./acting-page.js";
import { button } from "./page.js";

beforeEach(() => {
  Element.prototype.scrollIntoView = vi.fn();
});
afterEach(() => document.body.replaceChildren());

const PATCH = "@@ -1,2 +1,2 @@\n hello\n-world <b>\n+pilot <b>\n";
/** @param {string} path @param {object} [change] */
const file = (path, change) => ({
  path,
  additions: 1,
  deletions: 1,
  status: /** @type {const} */ ("modified"),
  patch: PATCH,
  ...change,
});

/** @param {object[]} files @param {string | null} [at] */
async function diff(files, at = null) {
  const shown = actingPage(
    "diff-sheet",
    { sessions: [session({ files: /** @type {any} */ (files) })] },
    { "sessions.diff": () => ({ files }) },
  );
  shown.actions.facts.openDiff(at);
  await settled();
  for (const one of shown.element.querySelectorAll("changed-file")) /** @type {any} */ (one).draw();
  return shown;
}

describe("the diff", () => {
  test("has a list of files and their lines; what looks like markup is text", async () => {
    const { element } = await diff([file("/home/dev/shop/src/a.js"), file("new.txt", { status: "added" })]);
    expect([...element.querySelectorAll(".changes-row")].map((row) => row.getAttribute("title"))).toEqual([
      "src/a.js",
      "new.txt",
    ]);
    expect([...element.querySelectorAll("changed-file i")].slice(0, 3).map((row) => row.textContent)).toEqual([
      " hello",
      "−world <b>",
      "+pilot <b>",
    ]);
    expect(element.querySelector("changed-file mark")?.textContent).toBe("world");
    expect(element.querySelector(".diff-bar .amount")?.textContent).toBe("2 files · +2 −2");
  });

  test("opens at the file that was pressed, and is gone through by n and p", async () => {
    const { element } = await diff([file("a.js"), file("b.js"), file("c.js")], "b.js");
    const current = () => element.querySelector(".changes-row[aria-current]")?.getAttribute("title");
    const press = (/** @type {string} */ key) =>
      element.querySelector("dialog")?.dispatchEvent(new KeyboardEvent("keydown", { key }));
    expect(current()).toBe("b.js");
    press("n");
    expect(current()).toBe("c.js");
    press("n");
    expect(current()).toBe("c.js");
    press("p");
    press("p");
    expect(current()).toBe("a.js");
  });

  test("is saved and copied as one patch", async () => {
    const { element, saved, copied } = await diff([file("a.js")]);
    button(element, "Save as a patch").click();
    button(element, "Copy the diff").click();
    await settled();
    expect(saved).toEqual([["fix-the-cart.patch", "text/x-patch", copied[0]]]);
    expect(copied[0]).toContain("diff --git a/a.js b/a.js\n--- a/a.js\n+++ b/a.js\n@@ -1,2 +1,2 @@");
  });

  test.each([
    ["modified", "There is no text to compare."],
    ["deleted", "The file was deleted."],
    ["added", "A new file without text to show."],
  ])("says what there is to say without a patch: %s", async (status, words) => {
    const { element } = await diff([file("logo.png", { status, patch: undefined })]);
    expect(element.querySelector(".no-diff")?.textContent).toBe(words);
  });

  test("of two thousand lines and more shows the rest when it is asked for", async () => {
    const patch = `@@ -0,0 +1,2500 @@\n${Array.from({ length: 2_500 }, (_, i) => `+line ${i}`).join("\n")}\n`;
    const { element } = await diff([file("long.txt", { status: "added", patch })]);
    expect(element.querySelectorAll("i.add")).toHaveLength(1_999);
    button(element, "Show 501 more lines").click();
    expect(element.querySelectorAll("i.add")).toHaveLength(2_500);
  }, 60_000);

  test("says so when there is nothing, and when it could not be had", async () => {
    expect((await diff([])).element.querySelector(".none")?.textContent).toBe("No changes yet.");
    const shown = actingPage(
      "diff-sheet",
      {},
      { "sessions.diff": () => Promise.reject(new Error("OpenCode did not answer.")) },
    );
    shown.actions.facts.openDiff();
    await settled();
    expect(shown.element.querySelector("[role=alert]")?.textContent).toBe(
      "The changes could not be loaded. OpenCode did not answer.",
    );
  });
});
