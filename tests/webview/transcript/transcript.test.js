// @ts-check
import { describe, expect, test } from "vitest";
import {
  emptyState,
  fromSnapshot,
  olderLoaded,
  pageBack,
  pagesLeft,
  transcriptAsked,
  transcriptLoaded,
} from "../../../webview/js/reduce.js";
import { emptyUi } from "../../../webview/js/store.js";
import { pathInCode } from "../../../webview/js/transcript/code-paths.js";
import { entriesOf } from "../../../webview/js/transcript/entries.js";
import { foundIn, rangesIn, withOlder, wordPattern } from "../../../webview/js/transcript/found.js";
import { Heights } from "../../../webview/js/transcript/heights.js";
import { highlightedNodes, treeOf } from "../../../webview/js/transcript/highlighting.js";
import { lineAsMarkdown } from "../../../webview/js/transcript/line-text.js";
import { pagesToLeave } from "../../../webview/js/transcript/pages.js";
import { blobOf } from "../../../webview/js/transcript/pictures.js";
import { terminalPieces, terminalText, wornColour } from "../../../webview/js/transcript/terminal.js";
import { bodyOf, metaOf, verbOf } from "../../../webview/js/transcript/tools.js";
import { afterLines, retryable } from "../../../webview/js/transcript/transcript-ends.js";
import hljs from "../../../webview/js/vendor/highlight.js";
import { ask, session, snapshot } from "../samples.js";

/** @param {number} from @param {number} to */
const prompts = (from, to) =>
  Array.from({ length: to - from }, (_, i) => ({
    kind: /** @type {const} */ ("prompt"),
    id: `i${from + i}`,
    at: (from + i) * 10,
    text: `Line ${from + i}`,
    attachments: [],
  }));

/** Three pages of 100, the latest loaded first. */
function threePages() {
  let state = transcriptAsked(fromSnapshot(emptyState(), snapshot()), "s1");
  state = transcriptLoaded(state, "s1", { items: prompts(200, 300), before: "c200", seq: 10 });
  state = olderLoaded(state, "s1", { items: prompts(100, 200), before: "c100", seq: 10 });
  return olderLoaded(state, "s1", { items: prompts(0, 100), seq: 10 });
}

/** @param {ReturnType<typeof threePages>} state */
const ids = (state) => entriesOf(state, "s1").map((entry) => entry.id);

describe("pages that are far from what is read", () => {
  test("leave a hole of their size, and come back into it", () => {
    const all = ids(threePages());
    const without = pagesLeft(threePages(), "s1", ["i100"]);
    expect(ids(without)).toHaveLength(201);
    expect(entriesOf(without, "s1")[100]).toMatchObject({ kind: "hole", first: "i100", amount: 100 });
    expect(without.transcripts.s1?.pages?.[1]).toMatchObject({ cursor: "c200", away: true });
    expect(ids(pageBack(without, "s1", "i100", { items: prompts(100, 200), seq: 10 }))).toEqual(all);
  });

  test("stay when they are larger than what can be fetched at once", () => {
    let state = transcriptAsked(fromSnapshot(emptyState(), snapshot()), "s1");
    state = transcriptLoaded(state, "s1", { items: prompts(600, 700), before: "c600", seq: 10 });
    state = olderLoaded(state, "s1", { items: prompts(0, 600), seq: 10 });
    const known = state.transcripts.s1;
    expect(known && pagesToLeave(known, "i699", 200)).toEqual([]);
  });

  test("beside each other leave holes in their order, filled from either side", () => {
    const without = pagesLeft(threePages(), "s1", ["i0", "i100"]);
    expect(ids(without).slice(0, 3)).toEqual(["hole-i0", "hole-i100", "i200"]);
    const first = pageBack(without, "s1", "i0", { items: prompts(0, 100), seq: 10 });
    expect(ids(first).slice(98, 102)).toEqual(["i98", "i99", "hole-i100", "i200"]);
    expect(ids(pageBack(first, "s1", "i100", { items: prompts(100, 200), seq: 10 }))).toEqual(ids(threePages()));
  });

  test("never are the latest, nor the one that is read", () => {
    expect(pagesLeft(threePages(), "s1", ["i200"])).toMatchObject({ transcripts: { s1: { items: { length: 300 } } } });
    const known = threePages().transcripts.s1;
    if (!known) throw new Error("no transcript");
    expect(pagesToLeave(known, "i50", 200)).toEqual(["i100"]);
    expect(pagesToLeave(known, "i299", 200)).toEqual(["i0"]);
    expect(pagesToLeave(known, "i299", 300)).toEqual([]);
  });

  test("hide what was decided while they were written, until they are back", () => {
    const by = { kind: /** @type {const} */ ("terminal"), name: "", verified: true };
    const answered = ask({ state: "resolved", resolution: { by, at: 1_555 } });
    const state = { ...threePages(), asks: { a1: answered } };
    expect(ids(state)[156]).toBe("ask-a1");
    expect(ids(pagesLeft(state, "s1", ["i100"]))).not.toContain("ask-a1");
  });
});

describe("what a program printed", () => {
  test.each([
    ["10%\r55%\r100%\n", "100%\n"],
    ["a\r\nb", "a\nb"],
    ["\u001b[2K\u001b[1Gdone\u001b[?25h", "done"],
    ["\u001b]0;title\u0007x", "x"],
    ["abc\b\bX", "aX"],
    ["50%\r\u001b[K", "50%"],
    ["\u001b[mm and \u001b", "\u001b[mm and "],
    ["\u0000<b>\u0007", "<b>"],
  ])("%j ends as %j", (printed, shown) => {
    expect(terminalText(printed)).toBe(shown);
  });

  test("keeps its colours, and what is no colour is not swallowed", () => {
    const pieces = terminalPieces([terminalText("\u001b[1;31mred\u001b[0m plain \u001b[ no m here, my text")]);
    expect(pieces.map((piece) => piece.value).join("")).toContain("y text");
    expect(pieces[0]).toMatchObject({ value: "red", foreground: { name: "red" } });
    const [colon] = terminalPieces([terminalText("\u001b[38:2::1:2:3mx")]);
    expect(wornColour(colon?.foreground ?? null)).toEqual({ css: "rgb(1 2 3)" });
  });

  test.each(
    /** @type {const} */ ([
      [{ type: "table", index: 9 }, { name: "red" }],
      [{ type: "table", index: 16 }, { css: "rgb(0 0 0)" }],
      [{ type: "table", index: 208 }, { css: "rgb(255 135 0)" }],
      [{ type: "table", index: 255 }, { css: "rgb(238 238 238)" }],
      [{ type: "table", index: 999 }, {}],
      [{ type: "rgb", rgb: [300, -1, 7] }, { css: "rgb(255 0 7)" }],
      [{ type: "named", name: "brightBlue" }, { name: "blue" }],
    ]),
  )("%j is worn as %j", (colour, worn) => {
    // SAFETY: a tuple is a colour's three numbers
    expect(wornColour(/** @type {any} */ (colour))).toEqual(worn);
  });
});

describe("code", () => {
  test("is coloured without being changed, whatever it says", () => {
    const text = "const a = '<img src=x onerror=alert(1)>'; // </span><script>";
    const box = document.createElement("pre");
    box.append(...highlightedNodes(treeOf(hljs, text, "js") ?? { children: [] }));
    expect(box.textContent).toBe(text);
    expect(box.querySelector(".hl-keyword")?.textContent).toBe("const");
    expect([...box.querySelectorAll("*")].every((one) => one.localName === "span")).toBe(true);
  });

  test.each([
    ["src/cart.js", "/p/src/cart.js"],
    ["./src/cart.js:42", "/p/src/cart.js"],
    ["/etc/hosts.conf", "/etc/hosts.conf"],
    ["package.json", "/p/package.json"],
    ["C:\\a\\b.ts", "C:\\a\\b.ts"],
    ["array.map", null],
    ["npm test", null],
    ["1.2.3", null],
    ["example.com", null],
    ["javascript:alert(1)", null],
    ["a/b", null],
  ])("%s names the file %s", (text, path) => {
    expect(pathInCode(text, "/p")).toBe(path);
  });
});

describe("words in a session", () => {
  const lines = [
    ...prompts(0, 3),
    { kind: /** @type {const} */ ("text"), id: "t", at: 25, text: "line, LINE and a+b", streaming: false },
  ];

  test("are counted in whatever case, signs taken as they are", () => {
    expect(foundIn(lines, "line").map(({ id, nth }) => `${id} ${nth}`)).toEqual(["i0 0", "i1 0", "i2 0", "t 0", "t 1"]);
    expect(foundIn(lines, "a+b")).toHaveLength(1);
    expect(foundIn(lines, "")).toEqual([]);
    expect("x/y-z".match(wordPattern("y-z"))).toHaveLength(1);
  });

  test("older ones come first, and none twice", () => {
    const hit = { sessionId: "s1", title: "", kind: /** @type {const} */ ("text"), snippet: "" };
    const hits = [
      { ...hit, itemId: "old", at: 1 },
      { ...hit, itemId: "t", at: 25 },
    ];
    const found = withOlder(foundIn(lines, "line"), lines, hits);
    expect(found.map(({ id, here }) => [id, here])).toContainEqual(["old", false]);
    expect(found.filter(({ id }) => id === "t")).toHaveLength(2);
  });

  test("are found across elements, and not in what is only for acting", () => {
    const box = document.createElement("div");
    const acts = document.createElement("line-acts");
    acts.textContent = "rounded";
    const bold = document.createElement("b");
    bold.textContent = "nd";
    box.append("rou", bold, "ed twice", acts);
    expect(rangesIn(box, "rounded").map(String)).toEqual(["rounded"]);
  });
});

describe("a tool", () => {
  /** @param {object} change @returns {any} */
  const tool = (change) => ({
    kind: "tool",
    id: "c",
    at: 0,
    tool: "x",
    toolKind: "other",
    title: "",
    status: "completed",
    files: [],
    attachments: [],
    ...change,
  });

  test("of a server says whose it is, and its JSON is set out", () => {
    const one = tool({ toolKind: "mcp", tool: "linear.list_issues", input: { a: 1 }, output: '{"b":[2]}' });
    expect(verbOf(one)).toBe("linear · list_issues");
    expect(verbOf(tool({ toolKind: "mcp", tool: "mcp__github__search_code" }))).toBe("github · search_code");
    expect(bodyOf(one)).toEqual([
      { kind: "input", text: '{\n  "a": 1\n}' },
      { kind: "json", text: '{\n  "b": [\n    2\n  ]\n}' },
    ]);
    expect(bodyOf(tool({ toolKind: "mcp", output: "{not json" }))[0]?.kind).toBe("output");
  });

  test("that runs tells for how long", () => {
    expect(metaOf(tool({ status: "running" }), 900)).toBe("Running");
    expect(metaOf(tool({ status: "running" }), 4_900)).toBe("Running · 4 s");
    expect(metaOf(tool({ toolKind: "read", input: { offset: 10, limit: 51 }, endedAt: 100 }))).toBe(
      "lines 10–60 · 0.1 s",
    );
  });

  test("is copied with fences that what it printed cannot break", () => {
    expect(lineAsMarkdown(tool({ title: "T", output: "a\n```\nb" }))).toBe("**T**\n\n````\na\n```\nb\n````");
  });

  test.each([[{ todos: "none" }], [{ todos: [null, 1, { content: {} }] }], [{ questions: { a: 1 } }], [null]])(
    "with arguments like %j harms nobody",
    (input) => {
      expect(() => bodyOf(tool({ toolKind: "todo", input }))).not.toThrow();
      expect(() => bodyOf(tool({ toolKind: "question", input }))).not.toThrow();
    },
  );
});

describe("an error", () => {
  const error = { kind: /** @type {const} */ ("error"), id: "e", at: 50, code: "x", message: "No" };
  /** @param {any[]} items */
  const state = (items) =>
    transcriptLoaded(transcriptAsked(fromSnapshot(emptyState(), snapshot()), "s1"), "s1", { items, seq: 1 });

  test("can be tried again with the last prompt, while nothing came of it since", () => {
    expect(retryable(state([...prompts(0, 2), error]), "s1")).toEqual({ id: "e", text: "Line 1" });
    expect(retryable(state([...prompts(0, 2), error, ...prompts(6, 7)]), "s1")).toBeNull();
    expect(retryable(state([error]), "s1")).toBeNull();
  });
});

test("the end says that the agent works only while nothing else does", () => {
  const start = fromSnapshot(emptyState(), snapshot({ sessions: [session({ state: "busy" })] }));
  const state = transcriptLoaded(transcriptAsked(start, "s1"), "s1", { items: prompts(0, 1), seq: 1 });
  expect(afterLines(state, emptyUi(), "s1")).toEqual({ text: "Working…", kind: "working" });
});

test("heights that were measured count, others are guessed", () => {
  const heights = new Heights();
  const lines = prompts(0, 10);
  for (const line of lines) heights.set(`prompt ${line.id}`, 100);
  expect(heights.at(lines, 350)).toEqual({ index: 3, offset: -50 });
  expect(heights.around(lines, 5, 150, 250)).toEqual({ from: 3, to: 8 });
  expect(heights.between(lines, 0, 4)).toBe(400);
});

test.each([["image/svg+xml"], ["text/html"], ["image/png, text/html"], [""]])("%s is never a picture", (mime) => {
  expect(blobOf({ mime, data: "PHN2Zz4=" })).toBeNull();
});
