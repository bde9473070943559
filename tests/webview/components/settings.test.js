// @ts-check
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Settings } from "../../../webview/js/settings/settings.js";
import { FakeChannel } from "../fake_channel.js";
import { button, page } from "./page.js";

/** @param {object} change @returns {any} */
const field = (change) => ({
  name: "keep_days",
  env: "PILOT_KEEP_DAYS",
  title: "Days to keep",
  group: "history",
  kind: "number",
  choices: [],
  value: 90,
  default: 90,
  source: "default",
  locked: false,
  needsRestart: false,
  secret: false,
  description: "Days that history is kept.",
  ...change,
});
const secret = {
  name: "telegram_token",
  title: "Token",
  kind: "secret",
  value: "••••••",
  default: "",
  secret: true,
  source: "saved",
};

const REACH = { addresses: [], host: "127.0.0.1", tls: false, tunnel: { state: "off", provider: "", attempts: 0 } };

/** @type {FakeChannel} */ let channel;
/** @type {any[]} */ let fields;

beforeEach(() => {
  channel = new FakeChannel();
  fields = [field({})];
  channel.answers["settings.get"] = () => ({ settings: fields, problems: [] });
  channel.answers["settings.check"] = () => ({});
});

/** @param {Parameters<typeof page>[1]} [change] */
async function opened(change) {
  // SAFETY: settings use the channel only
  const settings = new Settings(/** @type {any} */ ({ channel }));
  const methods = /** @type {const} */ (["load", "check", "save", "edit", "test", "makeKeys", "replaceKeys"]);
  const bound = methods.map((name) => [`settings.${name}`, settings[name].bind(settings)]);
  const shown = page("settings-sheet", change, {
    ...Object.fromEntries(bound),
    "settings.edits": settings.edits,
    "trust.reach": async () => REACH,
    "reach.works": null,
    "reach.theme": "system",
    "reach.whyNotKept": "",
  });
  shown.store.setUi({ sheet: "settings" });
  await vi.waitFor(() => expect(shown.element.querySelector("setting-field")).not.toBeNull());
  return { ...shown, settings };
}

/** @param {Element} root @param {string} name @param {string} text */
function write(root, name, text) {
  const input = root.querySelector(`#setting-${name}`);
  if (!(input instanceof HTMLInputElement)) throw new Error(`no ${name}`);
  input.value = text;
  input.dispatchEvent(new Event("input"));
  return input;
}

describe("the settings sheet", () => {
  test("tells where each value comes from", async () => {
    fields = [
      field({}),
      field({ name: "port", source: "shell", env: "PILOT_PORT", locked: true }),
      field({ name: "host", value: "x", source: "saved", needsRestart: true }),
      field({ name: "dev", value: true, source: "env_file" }),
    ];
    const { element } = await opened();
    expect([...element.querySelectorAll("setting-field .tag")].map((tag) => tag.textContent)).toEqual([
      "Default",
      "Shell",
      "Saved",
      ".env",
    ]);
    const port = element.querySelector("#setting-port");
    expect(port instanceof HTMLInputElement && port.disabled).toBe(true);
    expect(element.textContent).toContain("Set by PILOT_PORT in the hub's environment");
    expect(element.textContent).toContain("Takes effect when the hub is started again");
  });

  test("says above everything what does not fit, and where it is", async () => {
    const problems = [
      "PILOT_PROT in line 1 of .env is no setting; did you mean <PILOT_PORT>?",
      "config.json could not be read.",
    ];
    channel.answers["settings.get"] = () => ({ settings: fields, problems });
    const { element } = await opened();
    const told = [...element.querySelectorAll("p")].filter((line) => problems.includes(line.textContent ?? ""));
    expect(told.map((line) => line.textContent)).toEqual(problems);
    const first = element.querySelector("setting-field");
    expect(first && told[1]?.compareDocumentPosition(first)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  });

  test("never holds a secret: it can be replaced or cleared", async () => {
    fields = [field(secret)];
    const { element, settings } = await opened();
    const input = element.querySelector("#setting-telegram_token");
    expect(input instanceof HTMLInputElement && [input.type, input.value]).toEqual(["password", ""]);
    button(element, "Clear").click();
    expect(settings.edits.get("telegram_token")).toBeNull();
    button(element, "Undo").click();
    expect(settings.edits.size).toBe(0);
  });

  test("shows the default at once when a value is taken back", async () => {
    fields = [field({ value: 30, source: "saved" })];
    const { element, settings } = await opened();
    button(element, "Reset to default").click();
    const input = element.querySelector("#setting-keep_days");
    expect(document.activeElement).toBe(input);
    expect(input instanceof HTMLInputElement && input.value).toBe("90");
    expect(settings.edits.get("keep_days")).toBeNull();
  });

  test("looks at a value when the field is left, and saves without waiting for it", async () => {
    channel.answers["settings.check"] = () => ({ problem: "At least 1." });
    const { element } = await opened();
    write(element, "keep_days", "0").dispatchEvent(new Event("blur"));
    await vi.waitFor(() => expect(element.querySelector("setting-field .problem")?.textContent).toBe("At least 1."));
    expect(button(element, "Save").disabled).toBe(false);
  });

  test("stays open over changes that are not saved, and closes once they are discarded", async () => {
    const { element, store } = await opened();
    write(element, "keep_days", "30");
    store.setUi({ sheet: null });
    expect(store.ui.sheet).toBe("settings");
    expect(element.querySelector(".settings-said")?.textContent).toContain("not saved");
    button(element, "Discard").click();
    store.setUi({ sheet: null });
    expect(store.ui.sheet).toBeNull();
  });

  test("goes on saying that it was saved when the hub tells of that change late", async () => {
    channel.answers["settings.update"] = () => ({ settings: [field({ value: 30, source: "saved" })], problems: [] });
    const { element, store } = await opened();
    write(element, "keep_days", "30");
    button(element, "Save").click();
    const said = () => element.querySelector(".settings-said")?.textContent;
    await vi.waitFor(() => expect(said()).toBe("Saved."));
    const asked = channel.calls.length;
    store.setUi({ settingsChanged: 1 });
    await vi.waitFor(() => expect(channel.calls.length).toBeGreaterThan(asked));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(said()).toBe("Saved.");
  });

  test("follows what somebody else saved, but not over what is being typed", async () => {
    fields = [field({}), field({ name: "keep_megabytes", value: 2000 })];
    const { element, store } = await opened();
    write(element, "keep_days", "30");
    fields = [field({ value: 60, source: "saved" }), field({ name: "keep_megabytes", value: 500, source: "saved" })];
    store.setUi({ settingsChanged: 1 });
    const value = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement} */ (element.querySelector(`#setting-${name}`)).value;
    await vi.waitFor(() => expect(value("keep_megabytes")).toBe("500"));
    expect(value("keep_days")).toBe("30");
  });

  test("lets a device that may only look do just that", async () => {
    const { element } = await opened({ viewer: { id: "d", kind: "device", name: "Phone", scope: "view" } });
    expect(element.textContent).toContain("This device may look at settings, not change them.");
    const inputs = [...element.querySelectorAll("setting-field :is(input, select)")];
    expect(inputs.every((input) => input.hasAttribute("disabled"))).toBe(true);
  });
});
