// @ts-check
import { describe, expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { Settings, settingGroups, settingTitle, typed } from "../../../webview/js/settings/settings.js";
import { FakeChannel } from "../fake_channel.js";

/** @param {object} [change] @returns {any} */
function setting(change) {
  return {
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
  };
}

const secret = setting({
  name: "telegram_token",
  group: "telegram",
  kind: "secret",
  value: "••••••",
  source: "saved",
  secret: true,
  description: "What the bot is known by.",
});

function desk() {
  const channel = new FakeChannel();
  // SAFETY: settings use the channel only
  return { channel, settings: new Settings(/** @type {any} */ ({ channel })) };
}

describe("a change", () => {
  test("that leads back to what is saved is none", () => {
    const { settings } = desk();
    settings.edit(setting(), 30);
    expect([...settings.edits]).toEqual([["keep_days", 30]]);
    settings.edit(setting(), 90);
    expect(settings.edits.size).toBe(0);
  });

  test("to a secret is what was typed; nothing typed leaves it as it is, and its mask is never sent", () => {
    const { settings } = desk();
    settings.edit(secret, "12:ab");
    expect(settings.edits.get("telegram_token")).toBe("12:ab");
    settings.edit(secret, "");
    expect(settings.edits.size).toBe(0);
    settings.edit(secret, null);
    expect(settings.edits.get("telegram_token")).toBeNull();
  });

  test("to the default forgets only what is saved", () => {
    const { settings } = desk();
    settings.edit(setting(), null);
    expect(settings.edits.size).toBe(0);
    settings.edit(setting({ source: "saved", value: 30 }), null);
    expect(settings.edits.get("keep_days")).toBeNull();
  });

  test("a number is sent as one; what is none is left for the hub to explain", () => {
    expect([typed(setting(), "30"), typed(setting(), "3.5"), typed(setting(), "many"), typed(setting(), "")]).toEqual([
      30,
      3.5,
      "many",
      "",
    ]);
    expect(typed(setting({ value: "auto" }), "30")).toBe("30");
  });
});

describe("saving", () => {
  test("sends what was changed and nothing else, all at once", async () => {
    const { channel, settings } = desk();
    channel.answers["settings.update"] = () => ({ settings: [], problems: [] });
    settings.edit(setting(), 30);
    settings.edit(secret, null);
    await settings.save();
    expect(channel.named("settings.update")).toEqual([
      { name: "settings.update", params: { values: { keep_days: 30, telegram_token: null } } },
    ]);
    expect(settings.edits.size).toBe(0);
  });

  test("that is refused keeps the changes and says which value is wrong", async () => {
    const { channel, settings } = desk();
    channel.answers["settings.update"] = () => {
      throw new CallError(400, "bad_request", "PILOT_KEEP_DAYS: no", undefined);
    };
    channel.answers["settings.check"] = ({ name }) => ({ problem: name === "keep_days" ? "At least 1." : undefined });
    settings.edit(setting(), 0);
    settings.edit(setting({ name: "host", value: "127.0.0.1" }), "0.0.0.0");
    const answer = await settings.save();
    expect(answer).toMatchObject({ message: "PILOT_KEEP_DAYS: no", problems: new Map([["keep_days", "At least 1."]]) });
    expect(settings.edits.size).toBe(2);
  });

  test("a look at a value that cannot be had is no problem of the value", async () => {
    const { settings } = desk();
    expect(await settings.check("keep_days", 30)).toBeNull();
  });
});

describe("a search", () => {
  const all = [
    setting(),
    secret,
    setting({ name: "port", env: "PILOT_PORT", title: "", group: "network", description: "Where to listen." }),
  ];

  test("goes through titles, descriptions, names and groups", () => {
    const found = (/** @type {string} */ query) =>
      settingGroups(all, query).flatMap((group) => group.settings.map(({ name }) => name));
    expect(found("")).toEqual(["telegram_token", "port", "keep_days"]);
    expect(found("listen")).toEqual(["port"]);
    expect(found("TELEGRAM")).toEqual(["telegram_token"]);
    expect(found("days kept")).toEqual(["keep_days"]);
    expect(found("nothing of that")).toEqual([]);
  });

  test("a setting without a title has one all the same", () => {
    expect(settingTitle(setting({ title: "" }))).toBe("Keep days");
  });
});
