// @ts-check
import { afterEach, expect, test } from "vitest";
import { transcriptAsked, transcriptLoaded } from "../../../webview/js/reduce.js";
import { CAPABLE, session } from "../samples.js";
import { button, page } from "./page.js";

afterEach(() => document.body.replaceChildren());

const failed = [
  { kind: "prompt", id: "p", at: 1, text: "Go on", attachments: [] },
  { kind: "error", id: "e", at: 2, code: "x", message: "Overloaded" },
];

/** @param {any[]} items @param {Parameters<typeof session>[0]} [change] @param {Record<string, any>} [answers] */
function transcript(items, change, answers) {
  const shown = page("session-transcript", { sessions: [session(change)] }, answers);
  shown.store.setData(transcriptLoaded(transcriptAsked(shown.store.data, "s1"), "s1", { items, seq: 10 }));
  return shown;
}

test("an error offers to try again", () => {
  const { element, asked } = transcript(failed);
  button(element, "Retry").click();
  expect(asked).toContainEqual(["reading.retry", "s1", "Go on"]);
});

test("an error says what to do about it", () => {
  const { element } = transcript([failed[0], { ...failed[1], hint: "Wait a minute." }]);
  expect([...element.querySelectorAll("[role=alert] p")].map((line) => line.textContent)).toEqual([
    "Overloaded",
    "Wait a minute.",
  ]);
});

test.each([
  ["it is busy", { state: /** @type {const} */ ("busy") }],
  ["it takes no prompts", { capabilities: { ...CAPABLE, prompt: /** @type {const} */ ("none") } }],
])("but not while %s", (_why, change) => {
  expect(button(transcript(failed, change).element, "Retry").hidden).toBe(true);
});

test("what a person opened is open again when it comes back into sight", () => {
  const tool = {
    kind: "tool",
    id: "fold-1",
    at: 1,
    tool: "bash",
    toolKind: "shell",
    title: "ls",
    status: "completed",
    output: "a",
    files: [],
    attachments: [],
  };
  const first = transcript([tool]);
  first.element.querySelector("summary")?.click();
  expect(transcript([tool]).element.querySelector("details")?.open).toBe(true);
});

test("a link to a message goes there once, or says that it is gone", async () => {
  const here = transcript(failed, undefined, { "reading.bring": async () => true });
  here.store.setUi({ itemId: "p" });
  await new Promise((done) => setTimeout(done, 0));
  expect(here.asked).toContainEqual(["reading.arrived"]);
  const gone = transcript(failed, undefined, { "reading.bring": async () => false });
  gone.store.setUi({ itemId: "x" });
  await new Promise((done) => setTimeout(done, 0));
  expect(gone.asked).toContainEqual(["reading.say", "That message is not in the session any more."]);
});

test("notes are told in words, and kinds of a newer hub harm nobody", () => {
  const { element } = transcript([
    { kind: "note", id: "1", at: 1, note: "model", text: "gpt-large" },
    { kind: "note", id: "2", at: 2, note: "compaction", text: "" },
    { kind: "hologram", id: "3", at: 3 },
  ]);
  expect([...element.querySelectorAll(".note")].map((note) => note.textContent)).toEqual([
    "Model: gpt-large",
    "Context compacted",
  ]);
});

test("an attachment that is no picture is only named", () => {
  const attachments = [
    { name: "a.svg", mime: "image/svg+xml", id: "1" },
    { name: "b.html", mime: "text/html", id: "2", size: 1_200 },
  ];
  const { element } = transcript([{ kind: "prompt", id: "p", at: 1, text: "See", attachments }]);
  expect([...element.querySelectorAll(".attached")].map((one) => one.localName)).toEqual(["span", "span"]);
  expect(element.querySelector("img")).toBeNull();
});
