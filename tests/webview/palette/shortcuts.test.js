// @ts-check
import { beforeEach, describe, expect, test, vi } from "vitest";
import { listenToKeys } from "../../../webview/js/palette/keys.js";
import { printed, SHORTCUTS, shortcutGroups } from "../../../webview/js/palette/shortcuts.js";
import { Store } from "../../../webview/js/store.js";

/** @type {Store} */ let store;
/** @type {any[][]} */ let asked;
/** @type {AbortController} */ let stop;

beforeEach(() => {
  stop?.abort();
  stop = new AbortController();
  store = new Store((callback) => callback());
  store.setUi({ phase: "ready", view: "session" });
  asked = [];
  const composing = { stopShown: () => asked.push(["stopShown"]) > 0 };
  const actions = new Proxy({}, { get: (_, name) => name === "composing" ? composing : (/** @type {any[]} */ ...params) => asked.push([name, ...params]) }); // biome-ignore format: one line
  const page = { addEventListener: (/** @type {string} */ name, /** @type {any} */ listener) => document.addEventListener(name, listener, { signal: stop.signal }), querySelector: document.querySelector.bind(document), querySelectorAll: document.querySelectorAll.bind(document), get activeElement() { return document.activeElement; } }; // biome-ignore format: one line
  // SAFETY: the keys call nothing else
  listenToKeys(/** @type {any} */ (page), store, /** @type {any} */ (actions), () => false);
  document.body.innerHTML = `<input><textarea></textarea><dialog open><button id=in></button></dialog>
    <main class=stage><ask-dock><button data-decision=allow_once></button><button data-decision=deny></button></ask-dock></main>`;
});

/** @param {string} key @param {object} [held] @param {string} [where] */
function press(key, held, where = "body") {
  document
    .querySelector(where)
    ?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
}

describe("single keys", () => {
  test("do what the table says", () => {
    for (const key of ["w", "n", "p", "m", "?"]) press(key);
    expect(asked.map(([name]) => name)).toEqual(["openAsks", "openStart", "openPalette", "openPalette", "showSheet"]);
  });

  test.each([
    ["in a field", {}, "input"],
    ["in the composer", {}, "textarea"],
    ["in a dialog", {}, "#in"],
    ["with Ctrl", { ctrlKey: true }, "body"],
    ["with Alt", { altKey: true }, "body"],
    ["with ⌘", { metaKey: true }, "body"],
    ["while characters are composed", { isComposing: true }, "body"],
  ])("do nothing %s", (_where, held, where) => {
    for (const key of ["w", "n", "a", "d", "j", "[", "?"]) press(key, held, where);
    expect(asked).toEqual([]);
  });

  test("arrows go through the list from nowhere and from the list, not where they scroll, choose or select", () => {
    document.body.innerHTML += `<div class=log tabindex=0></div><label><input type=radio></label><session-rail><button id=row></button></session-rail>`;
    press("ArrowDown", {}, ".log");
    press("ArrowDown", {}, "[type=radio]");
    press("ArrowDown", { shiftKey: true });
    expect(asked).toEqual([]);
    press("ArrowDown");
    press("ArrowUp", {}, "#row");
    expect(asked).toEqual([["stepSession", 1], ["stepSession", -1]]); // biome-ignore format: one line
  });

  test("Esc in a dialog that closes by itself goes nowhere else", () => {
    press("Escape", {}, "#in");
    expect(asked).toEqual([]);
  });

  test("do nothing while a sheet is open", () => {
    store.setUi({ sheet: "about" });
    for (const key of ["w", "n", "a", "?"]) press(key);
    expect(asked).toEqual([]);
  });

  test("a key that is held decides once", () => {
    const allow = vi.fn();
    document.querySelector("[data-decision=allow_once]")?.addEventListener("click", allow);
    press("a");
    for (let index = 0; index < 5; index++) press("a", { repeat: true });
    expect(allow).toHaveBeenCalledOnce();
  });

  test("Enter decides nothing", () => {
    const decide = vi.fn();
    for (const one of document.querySelectorAll("[data-decision]")) one.addEventListener("click", decide);
    press("Enter");
    expect([decide.mock.calls, asked]).toEqual([[], []]);
  });
});

test("Ctrl+K opens the palette from anywhere, and closes it", () => {
  press("k", { ctrlKey: true }, "textarea");
  store.setUi({ sheet: "palette" });
  press("k", { metaKey: true }, "input");
  expect(asked).toEqual([["openPalette"], ["showSheet", null]]);
});

test("Escape twice stops the turn; once it leaves", () => {
  press("Escape");
  expect(asked).toEqual([["openList"]]);
  press("Escape");
  expect(asked).toEqual([["openList"], ["stopShown"]]);
});

describe("the table", () => {
  test("names each combination once within its group, but for writing", () => {
    for (const [group, shortcuts] of shortcutGroups()) {
      const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
      if (group !== "Writing") expect(new Set(keys).size, group).toBe(keys.length);
    }
    expect(new Set(SHORTCUTS.map(({ id }) => id)).size).toBe(SHORTCUTS.length);
  });

  test("is printed as the keys are", () => {
    expect(printed("Mod+K", true)).toEqual(["⌘", "K"]);
    expect(printed("Mod+K", false)).toEqual(["Ctrl", "K"]);
    expect(printed("Esc Esc", false)).toEqual(["Esc", "Esc"]);
  });
});
