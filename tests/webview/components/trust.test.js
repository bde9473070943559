// @ts-check
/** @import * as P from "../../../webview/js/protocol.gen" */
import { describe, expect, test, vi } from "vitest";
import { actor } from "../../../webview/js/format.js";
import { CallError } from "../../../webview/js/host/channel.js";
import { commandsOf } from "../../../webview/js/palette/commands.js";
import { mayCall } from "../../../webview/js/select.js";
import { ask, events, session } from "../samples.js";
import { actingPage, settled } from "./acting-page.js";
import { button } from "./page.js";

const QR = { size: 21, path: "M0 0h1v1h-1z" };

/** @param {Partial<P.PairingLink>} [change] @returns {P.PairingLink} */
function link(change) {
  const address = { url: "http://192.0.2.7:4097", reach: /** @type {const} */ ("lan"), label: "Wi-Fi", secure: false };
  return {
    url: "http://127.0.0.1:4097/pair#code=x",
    code: "x",
    short: "ABCD-EFGH",
    scope: "operate",
    expiresAt: Date.now() + 600_000,
    confirm: true,
    qr: QR,
    ways: [{ address, url: "http://192.0.2.7:4097/pair#code=x", qr: QR }],
    ...change,
  };
}

/** @param {Partial<P.DeviceView>} [change] @returns {P.DeviceView} */
function device(change) {
  const times = { createdAt: 0, lastSeenAt: Date.now() };
  return {
    id: "d1",
    name: "Anna’s phone",
    scope: "operate",
    ...times,
    online: true,
    push: false,
    this: false,
    ...change,
  };
}

/** @param {Partial<P.Confirmation>} [change] @returns {P.Confirmation} */
function wish(change) {
  const times = { createdAt: Date.now(), expiresAt: Date.now() + 120_000 };
  const who = { name: "Firefox on Android", scope: /** @type {const} */ ("operate"), address: "192.0.2.9" };
  return { id: "conf_1", kind: "pairing", ...who, reach: "lan", ...times, state: "pending", ...change };
}

/** @param {any} viewer */
const seenBy = (viewer) => ({ viewer: { id: "d", kind: /** @type {const} */ ("device"), name: "x", ...viewer } });

describe("the sheet that lets a device in", () => {
  /** @param {Record<string, (params: any) => any>} answers */
  async function opened(answers) {
    const shown = actingPage("pair-sheet", {}, { "devices.list": () => ({ devices: [] }), ...answers });
    shown.store.setUi({ sheet: "pair" });
    await settled();
    return shown;
  }

  test("shows the best way first, its short code, and what it is good for", async () => {
    const { element, channel } = await opened({ "pairing.create": () => link() });
    expect(element.querySelector(".short-code")?.textContent).toBe("ABCD-EFGH");
    expect(element.querySelector("[role=img]")?.getAttribute("aria-label")).toBe("QR code of the link");
    expect(element.textContent).toContain("http://192.0.2.7:4097");
    expect(element.textContent).toContain("somebody at laptop has to allow it");
    expect(channel.named("pairing.create")[0]?.params).toEqual({ scope: "operate" });
  });

  test("makes another code for another role", async () => {
    const { element, channel } = await opened({ "pairing.create": () => link() });
    const look = element.querySelector("input[value=view]");
    if (!(look instanceof HTMLInputElement)) throw new Error("no role");
    look.checked = true;
    look.dispatchEvent(new Event("change"));
    await settled();
    expect(channel.named("pairing.create").map(({ params }) => params.scope)).toEqual(["operate", "view"]);
  });

  test("copies the address that a phone reaches", async () => {
    const { element, copied } = await opened({ "pairing.create": () => link() });
    button(element, "Copy link").click();
    await settled();
    expect(copied).toEqual(["http://192.0.2.7:4097/pair#code=x"]);
  });

  test("shows no picture where no device can get here, but what to do", async () => {
    const { element, channel } = await opened({
      "pairing.create": () => link({ ways: [], advice: "Only this machine reaches Pilot." }),
      "tunnel.start": () => ({ state: "starting", provider: "cloudflared", attempts: 0 }),
    });
    expect(element.querySelector("[role=img]")).toBeNull();
    expect(element.textContent).toContain("Only this machine reaches Pilot.");
    button(element, "Start the tunnel").click();
    await settled();
    expect(channel.named("tunnel.start")).toHaveLength(1);
  });

  test("says that a code is too old", async () => {
    const { element } = await opened({ "pairing.create": () => link({ expiresAt: Date.now() - 1 }) });
    expect(element.textContent).toContain("This code is too old.");
    expect(element.querySelector("invitation-view")?.hasAttribute("data-old")).toBe(true);
    expect(button(element, "Copy link").hidden, "nobody is handed what is worth nothing").toBe(true);
    expect(button(element, "New code").className).toBe("button");
    expect(element.querySelector(".left")?.getAttribute("role")).toBe("alert");
  });

  test("says when the device is in, and keeps no code once it is closed", async () => {
    /** @type {P.DeviceView[]} */ let devices = [device({ id: "old", name: "Old one" })];
    const { element, store } = await opened({ "pairing.create": () => link(), "devices.list": () => ({ devices }) });
    devices = [device(), ...devices];
    store.setUi({ devicesChanged: 1 });
    await settled();
    expect(element.textContent).toContain("“Anna’s phone” is paired.");
    store.setUi({ sheet: null });
    expect(element.querySelector(".sheet-content")?.textContent).toBe("");
  });

  test("tells what went wrong", async () => {
    const refuse = () => Promise.reject(new CallError(409, "conflict", "Too many codes.", "Wait a minute."));
    const { element } = await opened({ "pairing.create": refuse });
    expect(element.querySelector("[role=alert]")?.textContent).toBe("Too many codes. Wait a minute.");
  });
});

test("a follow link is for one session or all, to look at only, and for a while", async () => {
  const answers = {
    "pairing.create": () => link({ scope: "view", confirm: false }),
    "devices.list": () => ({ devices: [] }),
  };
  const { element, channel, actions } = actingPage("follow-sheet", {}, answers);
  actions.trust.openFollow("s1");
  await settled();
  expect(element.textContent).toContain("“Fix the cart” and its sub-agents");
  const all = element.querySelector("input[value=all]");
  if (all instanceof HTMLInputElement) all.dispatchEvent(new Event("change"));
  await settled();
  expect(channel.named("pairing.create").map(({ params }) => params)).toEqual([
    { scope: "view", lastsMs: 86_400_000, sessionId: "s1" },
    { scope: "view", lastsMs: 86_400_000 },
  ]);
});

describe("the list of devices", () => {
  /** @param {P.DeviceView[]} devices @param {Record<string, (params: any) => any>} [answers] */
  async function listed(devices, answers) {
    const shown = actingPage("devices-sheet", {}, { "devices.list": () => ({ devices }), ...answers });
    shown.store.setUi({ sheet: "devices" });
    await settled();
    return shown;
  }

  test("tells who is there, from where, until when, and what it follows", async () => {
    const far = { address: "198.51.100.4", reach: /** @type {const} */ ("tunnel") };
    const soon = {
      expiresAt: Date.now() + 2 * 3_600_000,
      sessionId: "s1",
      online: false,
      lastSeenAt: Date.now() - 7_200_000,
    };
    const { element } = await listed([device({ ...far, this: true }), device({ id: "d2", ...soon, scope: "view" })]);
    const [mine, theirs] = [...element.querySelectorAll("device-row")].map((row) => row.textContent ?? "");
    expect(mine).toContain("this device");
    expect(mine).toContain("online · 198.51.100.4 through the tunnel");
    expect(theirs).toContain("watches “Fix the cart” · seen 2 h ago");
    expect(theirs).toContain("ends in 2 h");
  });

  test("cuts one off only after a second word, and says that it cannot be undone", async () => {
    const { element, channel } = await listed([device()], { "devices.revoke": () => ({ done: true }) });
    button(element, "Revoke Anna’s phone").click();
    expect(element.textContent).toContain("This cannot be undone");
    expect(channel.named("devices.revoke")).toEqual([]);
    button(element.querySelector(".sure") ?? element, "Revoke").click();
    await settled();
    expect(channel.named("devices.revoke")[0]?.params).toEqual({ id: "d1" });
  });

  test("gives the keyboard its place back after a second thought", async () => {
    const { element } = await listed([device()]);
    button(element, "Rename Anna’s phone").click();
    element.querySelector("input")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(document.activeElement).toBe(button(element, "Rename Anna’s phone"));
    button(element, "Revoke Anna’s phone").click();
    button(element, "Keep").click();
    expect(document.activeElement).toBe(button(element, "Revoke Anna’s phone"));
  });

  test("gives another role, and says why not", async () => {
    const refuse = () => Promise.reject(new CallError(403, "forbidden", "Nobody may raise itself."));
    const { element } = await listed([device()], { "devices.update": refuse });
    const select = element.querySelector("select");
    if (!select) throw new Error("no roles");
    select.value = "admin";
    select.dispatchEvent(new Event("change"));
    await settled();
    expect(element.querySelector("device-row [role=alert]")?.textContent).toBe("Nobody may raise itself.");
    expect(element.querySelector("select")?.value).toBe("operate");
  });

  test("is an invitation while it is empty", async () => {
    expect((await listed([])).element.textContent).toContain("No device is paired.");
  });

  test("renews the owner’s token, the devices with it only if that was ticked", async () => {
    const { element, channel } = await listed([device()], { "token.rotate": () => ({ done: true }) });
    button(element, "Renew the owner’s token").click();
    button(element.querySelector("token-rotation .sure") ?? element, "Renew").click();
    await settled();
    expect(channel.named("token.rotate")[0]?.params).toEqual({ devices: false });
    expect(element.textContent).toContain("the old token is worth nothing now");
  });
});

describe("what waits for a yes", () => {
  test("says who, what for and from where, and takes the answer once", async () => {
    const { element, channel, store } = actingPage(
      "confirmation-strip",
      { confirmations: [wish()] },
      { "confirmations.answer": () => wish({ state: "allowed" }) },
    );
    expect(element.textContent).toContain(
      "Firefox on Android at 192.0.2.9 wants in, to send prompts and answer what agents ask. Was that you?",
    );
    button(element, "Allow").click();
    button(element, "Allow").click();
    await settled();
    expect(channel.named("confirmations.answer").map(({ params }) => params)).toEqual([{ id: "conf_1", allow: true }]);
    const [resolved] = events({ type: "pilot.confirmation.resolved", confirmation: wish({ state: "allowed" }) });
    if (resolved) store.apply(resolved);
    expect(element.hidden).toBe(true);
  });

  test("says where to answer when this page may not", async () => {
    const refuse = () => Promise.reject(new CallError(403, "forbidden", "Only at the hub’s machine.", "Use VS Code."));
    const { element } = actingPage(
      "confirmation-strip",
      { confirmations: [wish()] },
      { "confirmations.answer": refuse },
    );
    button(element, "Refuse").click();
    await settled();
    expect(element.textContent).toContain("Only at the hub’s machine. Use VS Code.");
    expect(element.querySelector("button")).toBeNull();
  });

  test("makes the letters of a name visible that would deceive", () => {
    const { element } = actingPage("confirmation-strip", { confirmations: [wish({ name: "Anna\u202ephone" })] });
    expect(element.textContent).toContain("U+202E");
  });

  test("asks about the token, and is for admins only", () => {
    const rotation = wish({ kind: "token_rotation", name: "opencode" });
    const shown = actingPage("confirmation-strip", { confirmations: [rotation] });
    expect(shown.element.textContent).toContain("OpenCode asks to renew the owner’s token");
    expect(
      actingPage("confirmation-strip", { confirmations: [rotation], ...seenBy({ scope: "operate" }) }).element.hidden,
    ).toBe(true);
  });
});

describe("an agent that tried to do what only a person may", () => {
  const attempt = { agent: "opencode", pid: 4, program: "curl", call: "asks.decide", askId: "a1", sessionId: "s1" };

  test("is told of, once for each thing it tries, with a way to the request", () => {
    const { element, store } = actingPage("refusal-strip", { asks: [ask()] });
    for (const event of events(
      { type: "pilot.self_approval.refused", attempt },
      { type: "pilot.self_approval.refused", attempt },
    ))
      store.apply(event);
    expect(store.ui.refusals).toHaveLength(1);
    expect(element.textContent).toContain("OpenCode tried to answer its own request, with curl. Pilot refused.");
    expect(button(element, "Show the request")).toBeTruthy();
    button(element, "Dismiss").click();
    expect(element.hidden).toBe(true);
  });
});

test("who could not be told for certain is said to be unverified", () => {
  expect(actor({ kind: "owner", name: "", verified: false })).toBe("this machine (local, unverified)");
  expect(actor({ kind: "device", name: "Phone", verified: true })).toBe("Phone");
});

describe("the tunnel", () => {
  test("is started all the same only where no device is paired yet", async () => {
    const refuse = vi.fn((params) =>
      params.force
        ? { state: "starting", provider: "cloudflared", attempts: 0 }
        : Promise.reject(new CallError(409, "no_device", "No device is paired yet.", "Pair one first.")),
    );
    const { element, store } = actingPage("tunnel-panel", {}, { "tunnel.start": refuse });
    button(element, "Start the tunnel").click();
    await settled();
    expect(element.textContent).toContain("No device is paired yet. Pair one first.");
    button(element, "Start it all the same").click();
    await settled();
    expect(store.data.tunnel.state).toBe("starting");
    expect(button(element, "Stop the tunnel").hidden).toBe(false);
    store.setData({
      ...store.data,
      tunnel: { state: "up", provider: "cloudflared", url: "https://x.example", attempts: 0 },
    });
    expect(element.textContent).toContain("Up · cloudflared");
    expect(button(element, "Pair a device through it").hidden).toBe(false);
  });
});

describe("what a role may do", () => {
  const follower = seenBy({ scope: "view", sessionId: "s1" });

  test.each([
    ["view", "asks.decide", false],
    ["approve", "asks.decide", true],
    ["approve", "sessions.prompt", false],
    ["operate", "sessions.prompt", true],
    ["operate", "devices.list", false],
    ["admin", "devices.list", true],
  ])("%s: %s is %s", (scope, call, can) => {
    const { store } = actingPage("notice-bar", seenBy({ scope }));
    expect(mayCall(store.data, /** @type {any} */ (call))).toBe(can);
  });

  test("is little for whoever follows one session", () => {
    const { store } = actingPage("notice-bar", follower);
    expect(
      ["snapshot", "sessions.messages", "sessions.search", "usage.summary", "settings.get"].map((call) =>
        mayCall(store.data, /** @type {any} */ (call)),
      ),
    ).toEqual([true, true, false, false, false]);
  });

  test("decides what the palette offers", () => {
    const titles = (/** @type {any} */ viewer) => {
      const { store } = actingPage("notice-bar", viewer);
      return commandsOf(store.data, store.ui).map(({ title }) => title);
    };
    expect(titles(seenBy({ scope: "admin" }))).toEqual(
      expect.arrayContaining(["Pair a device…", "Devices", "Start the tunnel"]),
    );
    const less = titles(seenBy({ scope: "operate" })).join();
    expect(less).not.toMatch(/Pair a device|Devices|tunnel/);
    expect(titles(follower).join()).not.toMatch(/Pair a device|Settings|spent|Archive|Rename|Save or share/);
  });

  test("leaves whoever follows no list, and the session in view", () => {
    const { element, store } = actingPage("app-shell", { ...follower, sessions: [session()] });
    store.setUi({ sessionId: "s1" });
    expect(element.querySelector("session-rail, bottom-nav, ask-list")).toBeNull();
    expect(element.querySelector("session-transcript")).not.toBeNull();
    expect(element.querySelector(".watching")?.textContent).toContain("You are watching");
  });
});
