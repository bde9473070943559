// @ts-check
// What a push says and what may be pressed on it: the same rules for every browser.
import { describe, expect, test } from "vitest";
import { askNote, isWhole, messageIn, outcomeNote, outcomeOf, plainNote } from "../../../webview/worker/messages.js";
import { ask } from "../samples.js";

const ORIGIN = "https://pilot.test";
const DIGEST = "d1g35t";

/** @param {object} [notice] @param {object} [notification] @param {object} [pilot] */
function pushed(notice = {}, notification = {}, pilot = {}) {
  const told = { id: "ask:a1:d1g35t", kind: "ask", title: "Codex asks", project: "api", askId: "a1", digest: DIGEST };
  return JSON.stringify({
    web_push: 8030,
    notification: { title: "Codex asks", body: "api", tag: told.id, navigate: `${ORIGIN}/#ask=a1`, ...notification },
    pilot: { v: 1, what: "notice", notice: { ...told, quick: ["allow_once", "deny"], ...notice }, ...pilot },
  });
}

/** @param {object} [change] @returns {any} an ask as the hub tells it */
function asked(change = {}) {
  return ask({ id: "a1", digest: DIGEST, command: "npm test", decisions: ["allow_once", "deny"], ...change });
}

/** @param {import("../../../webview/worker/messages.js").Note} note */
const actions = (note) => note.options.actions.map(({ action }) => action);

describe("a push", () => {
  test("is read with its place in the page", () => {
    expect(messageIn(pushed(), ORIGIN)).toMatchObject({
      what: "notice",
      tag: "ask:a1:d1g35t",
      title: "Codex asks",
      body: "api",
      place: "#ask=a1",
    });
  });

  test.each([null, "", "{", "[]", "7", "null", '{"notification":[],"pilot":"x"}'])(
    "says something even as %j",
    (text) => {
      const note = plainNote(messageIn(text, ORIGIN));
      expect(note.title).toBe("Pilot");
      expect(note.options.body).toBe("There is something new.");
      expect(actions(note)).toEqual([]);
    },
  );

  test.each([
    "https://example.com/#ask=1",
    "javascript:alert(1)",
    "//example.com/#x",
    `${ORIGIN}/pair#code=1`,
    "https://",
    { toString: 1 },
  ])("goes nowhere else: %j", (navigate) => {
    expect(messageIn(pushed({}, { navigate }), ORIGIN).place).toBe("");
  });
});

describe("what may be pressed", () => {
  const message = messageIn(pushed(), ORIGIN);

  test("is offered on what the hub tells now, shown whole", () => {
    const note = askNote(message, asked());
    expect(note.options.body).toBe("npm test\napi");
    expect(actions(note)).toEqual(["allow", "deny"]);
  });

  test("is nothing without the hub, or on something else than was pushed", () => {
    expect(actions(plainNote(message))).toEqual([]);
    const changed = askNote(message, asked({ digest: "0th3r", command: "npm publish" }));
    expect([actions(changed), changed.options.body]).toEqual([[], "api"]);
  });

  test.each([
    ["long", "x".repeat(241)],
    ["of several lines", "ls\nrm -rf ~"],
    ["with characters that are not seen", "ls \u202e txt"],
    ["with zero-width characters", "l\u200bs"],
    ["empty", ""],
  ])("is no allow of a text that is %s", (_how, command) => {
    expect(isWhole(command)).toBe(false);
    expect(actions(askNote(message, asked({ command, summary: "" })))).toEqual(["deny"]);
  });

  test("is what both the push and the ask allow", () => {
    const careful = messageIn(pushed({ quick: ["deny"] }), ORIGIN);
    expect(actions(askNote(careful, asked()))).toEqual(["deny"]);
    expect(actions(askNote(message, asked({ decisions: ["deny"] })))).toEqual(["deny"]);
    expect(actions(askNote(messageIn(pushed({ quick: "allow_once" }), ORIGIN), asked()))).toEqual([]);
    expect(actions(askNote(messageIn(pushed({ digest: undefined }), ORIGIN), asked()))).toEqual([]);
  });
});

describe("an outcome", () => {
  test("asks for nothing and makes no sound", () => {
    const note = outcomeNote(messageIn(pushed({}, { silent: false }, { what: "outcome" }), ORIGIN), "Allowed by Anna");
    expect(note.options).toMatchObject({ body: "Allowed by Anna", silent: true, requireInteraction: false });
    expect([actions(note), note.options.data.over]).toEqual([[], true]);
  });

  test("of an ask that ended before its push came is shown instead", () => {
    const resolution = { by: { kind: "device", name: "Anna's phone", verified: true }, at: 1, choice: "deny" };
    const note = askNote(messageIn(pushed(), ORIGIN), asked({ state: "resolved", resolution }));
    expect([note.options.body, note.options.data.over]).toEqual(["Denied by Anna's phone.", true]);
    expect(outcomeOf(asked({ state: "expired" }))).toBe("Nobody answered in time.");
    expect(outcomeOf(asked({ state: "cancelled" }))).toBe("It was withdrawn.");
  });
});
