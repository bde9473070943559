// @ts-check
import { describe, expect, test, vi } from "vitest";
import { button, page } from "./page.js";

const SCOPE = { viewer: /** @type {any} */ ({ id: "d", kind: "device", name: "Phone", scope: "operate" }) };
const STATES = { push: "off", desk: "off", sound: false, soundBlocked: false };

/** @param {object} [notices] @param {Record<string, any>} [answers] @param {any} [change] */
function shown(notices, answers, change = SCOPE) {
  const made = page("device-notices", change, answers);
  made.store.setUi({ notices: /** @type {any} */ ({ ...STATES, ...notices }) });
  return made;
}

/** @param {Element} element @param {string} name */
function box(element, name) {
  const found = element.querySelector(`#notices-${name}`);
  if (!(found instanceof HTMLInputElement)) throw new Error(`no ${name}`);
  return found;
}

describe("this device", () => {
  test.each([
    ["unsupported", "no notifications"],
    ["insecure", "https"],
    ["uninstalled", "home screen"],
    ["blocked", "settings for this site"],
  ])("says what stands in the way of push: %s", (push, words) => {
    const { element } = shown({ push });
    expect(box(element, "push").disabled).toBe(true);
    expect(element.querySelector("#notices-push-told")?.textContent).toContain(words);
  });

  test("is switched on by a press; the switch shows how it is, not what was wished for", async () => {
    const refused = { message: "The push service was not reached.", hint: "Try again." };
    const { element, store } = shown({}, { "notices.enablePush": async () => refused });
    box(element, "push").click();
    await vi.waitFor(() => expect(element.textContent).toContain("The push service was not reached. Try again."));
    expect(box(element, "push").checked).toBe(false);
    store.setUi({ notices: /** @type {any} */ ({ ...STATES, push: "on" }) });
    expect(box(element, "push").checked).toBe(true);
  });

  test("what to do about a browser that blocks is told once", async () => {
    const refused = { message: "This browser takes none.", hint: "Allow it in the settings for this site." };
    const { element, store } = shown({}, { "notices.enablePush": async () => refused });
    box(element, "push").click();
    store.setUi({ notices: /** @type {any} */ ({ ...STATES, push: "blocked" }) });
    await vi.waitFor(() => expect(element.textContent).toContain("This browser takes none."));
    expect(element.textContent?.split("settings for this site")).toHaveLength(2);
  });

  test("is switched off, and tells", async () => {
    const { element, asked } = shown({ push: "on" });
    box(element, "push").click();
    await vi.waitFor(() => expect(asked.map(([name]) => name)).toContain("notices.disablePush"));
  });

  test("sends itself a test once it is on", async () => {
    const trial = { ok: true, message: "It is on its way." };
    const { element, store } = shown({}, { "notices.testPush": async () => trial });
    const send = button(element, "Send a test to this device");
    expect(send.hidden).toBe(true);
    store.setUi({ notices: /** @type {any} */ ({ ...STATES, push: "on" }) });
    expect(send.hidden).toBe(false);
    send.click();
    await vi.waitFor(() => expect(element.textContent).toContain("It is on its way."));
  });

  test("sounds when it is switched on, and says when the browser keeps it silent", () => {
    const { element, asked, store } = shown();
    box(element, "sound").click();
    expect(asked).toContainEqual(["notices.setSound", true]);
    button(element, "Play").click();
    expect(asked.map(([name]) => name)).toContain("notices.playSound");
    store.setUi({ notices: /** @type {any} */ ({ ...STATES, sound: true, soundBlocked: true }) });
    expect(element.querySelector("#notices-sound-told")?.textContent).toContain("silent");
  });

  test("is not there for who is not told of anything", () => {
    const { element } = shown({}, {}, { viewer: { ...SCOPE.viewer, scope: "view" } });
    expect(element.hidden).toBe(true);
  });

  test("that is not paired gets no push", () => {
    const { element } = shown({ push: "off" }, {}, { viewer: { ...SCOPE.viewer, kind: "owner" } });
    expect(box(element, "push").disabled).toBe(true);
    expect(element.textContent).toContain("pair this one");
  });
});
