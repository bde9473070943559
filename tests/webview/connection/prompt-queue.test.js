// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { PromptQueue } from "../../../webview/js/connection/prompt-queue.js";
import { CallError } from "../../../webview/js/host/channel.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { Drafts } from "../../../webview/js/writing/drafts.js";
import { FakeChannel } from "../fake_channel.js";
import { FakeVault } from "../fake_vault.js";
import { FakeWorld } from "../fake_world.js";
import { snapshot } from "../samples.js";

/** @type {FakeChannel} */ let channel;
/** @type {FakeWorld} */ let world;
/** @type {FakeVault} */ let vault;
/** @type {Store} */ let store;
/** @type {Drafts} */ let drafts;
/** @type {PromptQueue} */ let queue;
let keys = 0;

beforeEach(() => {
  channel = new FakeChannel();
  channel.answers["sessions.prompt"] = () => ({ accepted: true });
  world = new FakeWorld();
  vault = new FakeVault();
  store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot()));
  drafts = new Drafts(null);
  queue = fresh();
  away();
});

function fresh() {
  return new PromptQueue({ store, channel, drafts, vault, clock: world, uuid: () => `key-${++keys}` });
}

function away() {
  store.setUi({ phase: "ready", asOf: world.now(), connection: { state: "waiting" } });
}

function back() {
  store.setUi({ phase: "ready", asOf: null, connection: { state: "open" } });
  return queue.send();
}

/** @param {...string} texts */
async function write(...texts) {
  for (const text of texts) {
    world.pass(10);
    await queue.add("s1", { text });
  }
}

const sent = () => channel.named("sessions.prompt").map(({ params }) => params.text);
const refuse = (/** @type {number} */ status, /** @type {string} */ code) => () => {
  throw new CallError(status, code, "No.", "Because.");
};

describe("prompts that wait", () => {
  test("are sent in order once the hub is back, each with a key, and are gone then", async () => {
    await write("one", "two");
    await queue.send();
    expect(sent()).toEqual([]);
    await back();
    expect(sent()).toEqual(["one", "two"]);
    expect(channel.named("sessions.prompt")[0]?.params).toMatchObject({ id: "s1", idempotencyKey: expect.any(String) });
    expect([store.ui.waitingPrompts, vault.kept.size]).toEqual([[], 0]);
  });

  test("survive a reload", async () => {
    await write("one", "two");
    store.setUi({ waitingPrompts: [] });
    queue = fresh();
    await queue.restore();
    await back();
    expect(sent()).toEqual(["one", "two"]);
  });

  test("what an older page left behind is not taken for a prompt", async () => {
    vault.kept.set("prompt:x", { text: "what" });
    await queue.restore();
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("go with their key again when the connection broke on the way", async () => {
    await write("one");
    channel.answers["sessions.prompt"] = refuse(0, "unreachable");
    await back();
    away();
    channel.answers["sessions.prompt"] = () => ({ accepted: true });
    await back();
    const [first, second] = channel.named("sessions.prompt").map(({ params }) => params.idempotencyKey);
    expect(second).toBe(first);
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("are not sent again to a hub that was started anew and has them", async () => {
    await queue.addTried("s1", { text: "one" }, "key-of-before", world.now());
    store.setData({ ...store.data, epoch: "e2" });
    channel.answers["sessions.messages"] = () => ({
      items: [{ kind: "prompt", id: "p", at: world.now(), text: "one\n" }],
      seq: 1,
    });
    await back();
    expect(sent()).toEqual([]);
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("are sent when the hub that was started anew does not have them", async () => {
    await queue.addTried("s1", { text: "one" }, "key-of-before", world.now());
    store.setData({ ...store.data, epoch: "e2" });
    channel.answers["sessions.messages"] = () => ({ items: [], seq: 1 });
    await back();
    expect(sent()).toEqual(["one"]);
  });

  test("that another tab has sent are not sent", async () => {
    await write("one", "two");
    await vault.remove(`prompt:${store.ui.waitingPrompts[0]?.key}`);
    await back();
    expect(sent()).toEqual(["two"]);
  });

  test("are sent even where the browser keeps nothing", async () => {
    vault.full = true;
    await write("one");
    await back();
    expect(sent()).toEqual(["one"]);
  });

  test("that are refused become a draft again, with all that was to follow, and the reason is told", async () => {
    await write("one", "two");
    drafts.set("s1", "three");
    channel.answers["sessions.prompt"] = refuse(409, "conflict");
    await back();
    expect(drafts.get("s1")).toBe("three\n\none\n\ntwo");
    expect(store.ui.notice).toEqual({ message: "Not sent, and a draft again: No.", hint: "Because." });
    expect(sent()).toEqual(["one"]);
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("wait for an agent that is not back yet, but not for ever", async () => {
    await write("one");
    channel.answers["sessions.prompt"] = refuse(503, "agent_unavailable");
    await back();
    expect(store.ui.waitingPrompts).toHaveLength(1);
    world.pass(31_000);
    await new Promise((done) => setTimeout(done, 0));
    expect(drafts.get("s1")).toBe("one");
  });

  test("can be taken back before they are sent", async () => {
    await write("one", "two");
    await queue.cancel(store.ui.waitingPrompts[0]?.key ?? "");
    expect(drafts.get("s1")).toBe("one");
    await back();
    expect(sent()).toEqual(["two"]);
  });

  test("hold back what is written after them in the same session", async () => {
    await write("one");
    store.setUi({ asOf: null });
    expect([queue.isNeeded("s1"), queue.isNeeded("s2")]).toEqual([true, false]);
  });

  test("are sent although the browser lost its database meanwhile", async () => {
    await write("one");
    vault.broken = true;
    await back();
    expect(sent()).toEqual(["one"]);
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("that are refused give their pictures back", async () => {
    const picture = { name: "a.png", mime: /** @type {const} */ ("image/png"), data: "AAAA" };
    await queue.add("s1", { text: "look", attachments: [picture] });
    channel.answers["sessions.prompt"] = refuse(409, "conflict");
    await back();
    expect(store.ui.pictures.s1).toEqual([{ ...picture, id: expect.any(String) }]);
  });

  test("that were taken back while the hub was asked about them are not sent", async () => {
    await queue.addTried("s1", { text: "one" }, "key-of-before", world.now());
    store.setData({ ...store.data, epoch: "e2" });
    channel.answers["sessions.messages"] = async () => {
      await queue.cancel("key-of-before", world.now());
      return { items: [], seq: 1 };
    };
    await back();
    expect(sent()).toEqual([]);
    expect(drafts.get("s1")).toBe("one");
  });

  test("that are on their way cannot be taken back, so that nothing is sent twice", async () => {
    await write("one");
    channel.answers["sessions.prompt"] = async () => {
      await queue.cancel(store.ui.waitingPrompts[0]?.key ?? "");
      return { accepted: true };
    };
    await back();
    expect([sent(), drafts.get("s1")]).toEqual([["one"], ""]);
    expect(store.ui.notice?.message).toBe("It is on its way already.");
  });

  test("are not tried without end over a connection that only seems to be open", async () => {
    await write("one");
    store.subscribe(() => void queue.send());
    channel.answers["sessions.prompt"] = refuse(0, "unreachable");
    await back();
    await new Promise((done) => setTimeout(done, 5));
    expect(sent()).toEqual(["one"]);
    channel.answers["sessions.prompt"] = () => ({ accepted: true });
    world.pass(2_000);
    await new Promise((done) => setTimeout(done, 0));
    expect(store.ui.waitingPrompts).toEqual([]);
  });

  test("do not overtake one that is on its way and comes back late", async () => {
    const begun = queue.now;
    store.setUi({ outbox: { s1: [{ text: "one", state: "sending" }] } });
    await write("two");
    await back();
    expect(sent()).toEqual([]);
    store.setUi({ outbox: { s1: [] } });
    await queue.addTried("s1", { text: "one" }, "key", begun);
    await back();
    expect(sent()).toEqual(["one", "two"]);
  });
});
