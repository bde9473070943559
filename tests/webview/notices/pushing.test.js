// @ts-check
// The browser's subscription and the hub's list, put right from whatever either side lost.
import { beforeEach, expect, test } from "vitest";
import { CallError } from "../../../webview/js/host/channel.js";
import { Pushing } from "../../../webview/js/notices/pushing.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { FakeChannel } from "../fake_channel.js";
import { snapshot } from "../samples.js";

class Door {
  permission = "on";
  whyNot = null;
  onlyFromPress = false;
  /** @type {any} */ kept = null;
  made = 0;

  current = async () => this.kept;

  subscribe = async (/** @type {string} */ publicKey) => {
    if (this.kept?.publicKey !== publicKey) this.kept = { endpoint: `e${++this.made}`, publicKey };
    return this.kept;
  };

  unsubscribe = async () => {
    this.kept = null;
  };
}

/** @type {FakeChannel} */ let channel;
/** @type {Door} */ let door;
/** @type {Pushing} */ let pushing;
/** @type {Map<string, string>} */ let kept;

/** The page is loaded. @param {string} [scope] */
function load(scope = "approve") {
  const store = new Store((callback) => callback());
  const viewer = { id: "d1", kind: "device", name: "Phone", scope };
  // SAFETY: a viewer of a test
  store.setData({ ...fromSnapshot(emptyState(), snapshot({})), viewer: /** @type {any} */ (viewer) });
  const lasting = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
  // SAFETY: nothing else of them is used
  pushing = new Pushing(/** @type {any} */ ({ store, channel, lasting }), /** @type {any} */ (door));
}

beforeEach(() => {
  [channel, door, kept] = [new FakeChannel(), new Door(), new Map()];
  channel.answers = {
    "push.key": () => ({ publicKey: "k1" }),
    "push.subscribe": () => ({}),
    "push.unsubscribe": () => ({}),
  };
  load();
});

const told = () => channel.named("push.subscribe").map(({ params }) => params.endpoint);

test("a page that was never asked to subscribes nothing, and says nothing", async () => {
  await pushing.sync();
  expect([channel.calls, pushing.isOn, door.made]).toEqual([[], false, 0]);
});

test("each loading tells the hub what it may have forgotten", async () => {
  await pushing.enable();
  load();
  await pushing.sync();
  expect([told(), pushing.isOn]).toEqual([["e1", "e1"], true]);
});

test("another key of the hub's, or a subscription that is gone, makes a new one", async () => {
  await pushing.enable();
  channel.answers["push.key"] = () => ({ publicKey: "k2" });
  load();
  await pushing.sync();
  door.kept = null;
  load();
  await pushing.sync();
  expect(told()).toEqual(["e1", "e2", "e3"]);
});

test("where only a press may subscribe, a loading does not", async () => {
  await pushing.enable();
  door.kept = null;
  door.onlyFromPress = true;
  load();
  await pushing.sync();
  expect([told(), door.made, pushing.isOn]).toEqual([["e1"], 1, false]);
});

test("a permission that is gone ends it at the hub, once", async () => {
  await pushing.enable();
  door.permission = "blocked";
  door.kept = null;
  load();
  await pushing.sync();
  await pushing.sync();
  expect([channel.named("push.unsubscribe").length, pushing.isOn]).toEqual([1, false]);
});

test("a hub that is away changes nothing, one that refuses does", async () => {
  await pushing.enable();
  channel.answers["push.subscribe"] = () => {
    throw new CallError(0, "unreachable", "away");
  };
  load();
  await expect(pushing.sync()).rejects.toThrow("away");
  expect(pushing.isOn).toBe(true);
  channel.answers["push.subscribe"] = () => {
    throw new CallError(400, "bad_request", "no known push service");
  };
  await expect(pushing.sync()).rejects.toThrow("no known");
  expect(pushing.isOn).toBe(false);
});

test("switching it off while the hub is away leaves it on: pushes would go on coming", async () => {
  await pushing.enable();
  channel.answers["push.unsubscribe"] = () => {
    throw new CallError(0, "unreachable", "away");
  };
  await expect(pushing.disable()).rejects.toThrow("away");
  expect([pushing.isOn, door.kept?.endpoint]).toEqual([true, "e1"]);
});

test("whoever may only look is not subscribed", async () => {
  kept.set("pilot.notices.push", "on");
  load("view");
  await pushing.sync();
  expect(channel.calls).toEqual([]);
});
