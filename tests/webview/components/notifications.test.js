// @ts-check
import { beforeEach, describe, expect, test, vi } from "vitest";
import { withChange } from "../../../webview/js/settings/notifying.js";
import { channelState, endpoint, notificationsView, RULE } from "../samples.js";
import { actingPage, settled } from "./acting-page.js";
import { button, page } from "./page.js";

const VIEWER = { viewer: /** @type {any} */ ({ id: "d", kind: "device", name: "Phone", scope: "view" }) };

/** @type {any} */ let view;
/** @type {Record<string, (params: any) => any>} */ let answers;

beforeEach(() => {
  view = notificationsView();
  answers = {
    "notifications.get": () => view,
    "notifications.update": (change) => {
      view = { ...view, rules: withChange(view.rules, change) };
      return view;
    },
  };
});

/** @param {string} name @param {Parameters<typeof actingPage>[1]} [change] */
async function shown(name, change) {
  const made = actingPage(name, change, answers);
  await made.actions.notifying.load();
  return made;
}

describe("channels", () => {
  test("each says how it fares, where the last one went, and what went wrong", async () => {
    const at = Date.now() - 120_000;
    view.channels = [
      channelState({ channel: "desk", endpoints: [endpoint({ name: "VS Code · shop" })] }),
      channelState({
        deliveredAt: at,
        endpoints: [
          endpoint({ name: "Anna's phone", deliveredAt: at }),
          endpoint({ id: "b", name: "Tablet", state: "paused", error: "Gone." }),
        ],
      }),
      channelState({ channel: "telegram", state: "failing", error: "Telegram did not answer.", errorAt: at }),
    ];
    const { element } = await shown("notification-channels");
    const rows = [...element.querySelectorAll("channel-row")];
    expect(rows.map((row) => row.querySelector(".channel-state")?.textContent)).toEqual(["Ready", "Ready", "Failing"]);
    expect(rows[0]?.textContent).toContain("VS Code · shop");
    expect(rows[1]?.textContent).toContain("Last delivery 2 min ago, Anna's phone");
    expect(rows[1]?.textContent).toContain("Paused, tried again later. Gone.");
    expect(rows[2]?.querySelector(".problem")?.textContent).toBe("Telegram did not answer. (2 min ago)");
  });

  test("an error that a device's own line tells is told once", async () => {
    const error = "It knows this device no more.";
    view.channels = [channelState({ state: "failing", error, endpoints: [endpoint({ state: "failing", error })] })];
    const { element } = await shown("notification-channels");
    expect(element.textContent?.split(error).length).toBe(2);
    expect(element.querySelector(".problem:not([hidden])")).toBeNull();
  });

  test("who may not switch push on is not told to", async () => {
    view.channels = [channelState({ state: "off", message: "Switch Push on." })];
    const { element } = await shown("notification-channels", VIEWER);
    expect(element.textContent).not.toContain("Switch Push on.");
  });

  test("whoever is at a button stays there while times go by", async () => {
    view.channels = [channelState({ state: "off", message: "No device gets push yet." })];
    const { element, actions } = await shown("notification-channels");
    button(element, "Pair a phone").focus();
    view = { ...view, channels: [channelState({ state: "off", message: "Nobody, still." })] };
    await actions.notifying.load();
    expect(element.textContent).toContain("Nobody, still.");
    expect(document.activeElement?.textContent).toBe("Pair a phone");
  });

  test("one that is off says what to do, leads there, and cannot be tested", async () => {
    view.channels = [channelState({ state: "off", message: "No device gets push yet." })];
    const { element, actions, store } = await shown("notification-channels");
    expect(element.textContent).toContain("No device gets push yet.");
    expect(button(element, "Send a test").hidden).toBe(true);
    button(element, "Pair a phone").click();
    expect(store.ui.sheet).toBe("pair");
    expect(actions.editor).toBeNull();
  });

  test("a test tells how it went, in place, and is not sent twice", async () => {
    /** @type {((trial: object) => void)[]} */ const doors = [];
    answers["notifications.test"] = () => new Promise((done) => doors.push(done));
    const { element, channel } = await shown("notification-channels");
    const send = button(element, "Send a test: Phones and browsers");
    send.click();
    send.click();
    const result = send.parentElement?.querySelector(".test-result");
    expect(result?.textContent).toBe("Sending…");
    expect(channel.named("notifications.test")).toEqual([{ name: "notifications.test", params: { channel: "push" } }]);
    doors[0]?.({ ok: false, message: "The push service refused it.", hint: "Switch push off and on." });
    await vi.waitFor(() => expect(result?.textContent).toBe("The push service refused it. Switch push off and on."));
    expect(result?.getAttribute("data-ok")).toBe("false");
    expect(result?.getAttribute("role")).toBe("status");
  });

  test("a test is for admins, and quiet hours are told", async () => {
    view.quiet = true;
    const { element } = await shown("notification-channels", VIEWER);
    expect(button(element, "Send a test").hidden).toBe(true);
    expect(/** @type {HTMLElement} */ (element.querySelector(".quiet-now")).hidden).toBe(false);
  });

  test("a hub that does not answer is told", async () => {
    answers["notifications.get"] = () => Promise.reject(new Error("away"));
    const { element } = await shown("notification-channels");
    expect(element.querySelector(".problem")?.textContent).not.toBe("");
  });
});

describe("what goes where", () => {
  /** @param {Element} element @param {string} kind @param {string} way */
  function box(element, kind, way) {
    const found = element.querySelector(`[data-kind=${kind}][data-way=${way}]`);
    if (!(found instanceof HTMLInputElement)) throw new Error(`no ${kind} ${way}`);
    return found;
  }

  test("a box is saved as it is ticked, and undone by a press", async () => {
    const { element, channel } = await shown("notice-rules");
    box(element, "error", "telegram").click();
    await vi.waitFor(() => expect(element.textContent).toContain("Saved. Errors: Telegram off."));
    expect(channel.named("notifications.update")[0]?.params).toEqual({ error: { ...RULE, telegram: false } });
    button(element, "Undo").click();
    await vi.waitFor(() => expect(element.textContent).toContain("Undone."));
    expect(view.rules.error).toEqual(RULE);
    expect(box(element, "error", "telegram").checked).toBe(true);
    expect(button(element, "Undo").hidden).toBe(true);
  });

  test("what the hub refuses is ticked back, and says why", async () => {
    answers["notifications.update"] = () => Promise.reject(new Error("The disk is full."));
    const { element } = await shown("notice-rules");
    box(element, "ask", "push").click();
    await vi.waitFor(() => expect(element.querySelector(".saved-line .problem")?.textContent).toContain("Not saved."));
    expect(box(element, "ask", "push").checked).toBe(true);
  });

  test("sound needs the desk; asks that go nowhere are told of", async () => {
    view.rules = { ...view.rules, ask: { ...RULE, desk: false, push: false, telegram: false } };
    const { element } = await shown("notice-rules");
    expect(box(element, "ask", "sound").disabled).toBe(true);
    expect(box(element, "error", "sound").disabled).toBe(false);
    expect(element.textContent).toContain("Asks are told nowhere now");
  });

  test("each box has a name within its kind", async () => {
    const { element } = await shown("notice-rules");
    const group = element.querySelector("[role=group][aria-label='Finished work']");
    expect(group?.querySelector("b")?.textContent).toBe("Finished work");
    expect([...(group?.querySelectorAll("label") ?? [])].map((label) => label.textContent)).toEqual([
      "Desk",
      "Push",
      "Telegram",
      "Sound",
    ]);
  });

  test("who may only look may not tick", async () => {
    const { element } = await shown("notice-rules", VIEWER);
    expect([...element.querySelectorAll("input")].every((one) => one.disabled)).toBe(true);
  });
});

describe("projects", () => {
  test("a project's rule is saved as it is chosen", async () => {
    const { element, channel } = await shown("project-rules");
    const select = element.querySelector("select");
    if (!select) throw new Error("no project");
    expect(select.value).toBe("all");
    select.value = "asks";
    select.dispatchEvent(new Event("change"));
    await vi.waitFor(() => expect(element.textContent).toContain("Saved."));
    expect(channel.named("notifications.update")[0]?.params).toEqual({ projects: { p1: "asks" } });
  });
});

describe("the offer on a device", () => {
  const told = { push: "off", desk: "off", sound: false, soundBlocked: false };

  test("comes after an ask was answered here, and never again once it was waved away", async () => {
    let dismissed = false;
    const { element, store, asked } = page(
      "notice-offer",
      { viewer: /** @type {any} */ ({ id: "d", kind: "device", name: "Phone", scope: "operate" }) },
      {
        "reach.offersNotices": (/** @type {boolean} */ answered) => answered && !dismissed,
        "reach.dismissNotices": () => (dismissed = true),
        "notices.enablePush": async () => null,
      },
    );
    store.setUi({ notices: /** @type {any} */ (told) });
    expect(element.hidden).toBe(true);
    store.setUi({ answered: "a1" });
    store.setUi({ answered: null });
    expect(element.hidden).toBe(false);
    button(element, "Not now").click();
    store.setUi({});
    expect(element.hidden).toBe(true);
    expect(asked).toEqual([]);
  });

  test("is not made where push is on, cannot be, or may not be", () => {
    const offers = { "reach.offersNotices": () => true };
    const { element, store } = page("notice-offer", VIEWER, offers);
    store.setUi({ notices: /** @type {any} */ (told) });
    expect(element.hidden).toBe(true);
    const other = page("notice-offer", { viewer: /** @type {any} */ ({ ...VIEWER.viewer, scope: "approve" }) }, offers);
    for (const push of ["on", "blocked", "unsupported", "insecure", "uninstalled"]) {
      other.store.setUi({ notices: /** @type {any} */ ({ ...told, push }) });
      expect(other.element.hidden).toBe(true);
    }
    other.store.setUi({ notices: /** @type {any} */ (told) });
    expect(other.element.hidden).toBe(false);
  });
});

test("an editor's sheet leads to the editor's own settings for the rest", async () => {
  const { element, store, asked } = page("notifications-sheet", {}, { editor: {} });
  store.setUi({ sheet: "notifications", notifications: view });
  await settled();
  expect(element.querySelectorAll("channel-row")).toHaveLength(3);
  button(element, "Open the settings").click();
  store.setUi({ sheet: null });
  expect(element.querySelector("channel-row"), "what is shut is no second copy").toBeNull();
  expect(asked).toContainEqual(["run", "pilot.settings"]);
});
