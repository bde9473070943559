// @ts-check
import { describe, expect, test } from "vitest";
import { Sync } from "../../../webview/js/connection/sync.js";
import { CallError } from "../../../webview/js/host/channel.js";
import { emptyState, fromSnapshot } from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { Reading } from "../../../webview/js/transcript/reading.js";
import { Drafts } from "../../../webview/js/writing/drafts.js";
import { FakeChannel } from "../fake_channel.js";
import { FakeWorld } from "../fake_world.js";
import { snapshot } from "../samples.js";

const PAGE = 150;

/** A hub with a session of so many prompts, paged as the real one does it. @param {number} count */
function reader(count) {
  const channel = new FakeChannel();
  const store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot()));
  channel.answers["asks.list"] = () => ({ asks: [] });
  channel.answers["sessions.messages"] = ({ before = String(count), limit }) => {
    const from = Math.max(0, Number(before) - limit);
    const items = Array.from({ length: Number(before) - from }, (_, i) => ({
      kind: "prompt",
      id: `i${from + i}`,
      at: from + i,
      text: `Line ${from + i}`,
      attachments: [],
    }));
    return { items, seq: 10, ...(from > 0 ? { before: String(from) } : {}) };
  };
  const sync = new Sync(store, channel, new FakeWorld());
  /** @type {any[][]} */ const sent = [];
  const drafts = new Drafts(null);
  // SAFETY: what reading uses of the tools
  const tools = /** @type {any} */ ({ store, channel, sync, drafts });
  const send = async (/** @type {string} */ id, /** @type {any} */ prompt) => {
    sent.push([id, prompt]);
    drafts.set(id, "");
  };
  return { channel, store, sync, sent, drafts, reading: new Reading(tools, send, () => {}) };
}

/** @param {Store} store */
const here = (store) => store.data.transcripts.s1?.items.map((item) => item.id) ?? [];

describe("a link to a message", () => {
  test("brings its page, and lets others go", async () => {
    const { reading, store, sync, channel } = reader(5_000);
    await sync.want("s1");
    expect(await reading.bring("s1", "i42")).toBe(true);
    expect(here(store)).toContain("i42");
    expect(here(store)).toContain("i4999");
    expect(here(store).length).toBeLessThanOrEqual(1_200);
    expect(channel.named("sessions.messages").length).toBe(Math.ceil(5_000 / PAGE));
    expect(await reading.bring("s1", "i3000")).toBe(true);
  });

  test("that leads nowhere is told apart, whatever was let go of", async () => {
    const { reading, sync, store } = reader(1_000);
    await sync.want("s1");
    expect(await reading.bring("s1", "i7")).toBe(true);
    expect(await reading.bring("s1", "never")).toBe(false);
    expect(here(store)).toContain("i999");
  });

  test("waits for a page that is on its way", async () => {
    const { reading, sync } = reader(400);
    await sync.want("s1");
    const [, found] = await Promise.all([reading.older("s1"), reading.bring("s1", "i10")]);
    expect(found).toBe(true);
  });

  test("gives up when the hub does not answer", async () => {
    const { reading, sync, channel, store } = reader(400);
    await sync.want("s1");
    channel.answers["sessions.messages"] = () => {
      throw new CallError(0, "unreachable", "Pilot cannot be reached.");
    };
    expect(await reading.bring("s1", "i10")).toBeNull();
    expect(store.ui.notice?.message).toBe("Pilot cannot be reached.");
  });
});

test("whoever scrolls up and down has a bounded part in memory, and all of it again on the way", async () => {
  const { reading, sync, store } = reader(3_000);
  await sync.want("s1");
  for (let i = 0; i < 19; i++) {
    await reading.older("s1");
    reading.rest("s1", here(store)[0] ?? "");
    expect(here(store).length).toBeLessThanOrEqual(1_050);
  }
  expect(here(store)[0]).toBe("i0");
  for (const page of store.data.transcripts.s1?.pages ?? []) {
    await reading.again("s1", page.first);
    reading.rest("s1", page.first);
    expect(here(store)).toContain(page.first);
    expect(here(store).length).toBeLessThanOrEqual(1_050);
  }
  const order = here(store).map((id) => Number(id.slice(1)));
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test("a session that grew while its end was in view begins anew with its latest page", async () => {
  const { reading, sync, store } = reader(3_000);
  await sync.want("s1");
  for (let i = 0; i < 15; i++) await reading.older("s1");
  const known = store.data.transcripts.s1;
  if (!known) throw new Error("no transcript");
  store.setData({ ...store.data, transcripts: { s1: { ...known, pages: (known.pages ?? []).slice(-1) } } });
  reading.rest("s1", "i2999");
  await new Promise((done) => setTimeout(done, 0));
  expect(here(store)).toHaveLength(PAGE);
  expect(store.data.transcripts.s1?.before).toBe("2850");
});

test("trying again sends the last prompt, and what is being written stays", async () => {
  const { reading, sent, drafts } = reader(1);
  drafts.set("s1", "half a thought");
  await reading.retry("s1", "Go on");
  expect(sent).toEqual([["s1", { text: "Go on" }]]);
  expect(drafts.get("s1")).toBe("half a thought");
});

test("older places are asked of the hub within the session; a hub that cannot look is no trouble", async () => {
  const { reading, channel } = reader(1);
  const hit = { sessionId: "s1", title: "", itemId: "i1", kind: "text", at: 1, snippet: "" };
  channel.answers["sessions.search"] = () => ({
    hits: [hit, { ...hit, sessionId: "s2" }, { ...hit, itemId: undefined }],
  });
  expect(await reading.search("s1", "line")).toEqual([hit]);
  expect(channel.named("sessions.search")[0]?.params).toMatchObject({ session: "s1" });
  expect(await reading.search("s1", "x")).toEqual([]);
  delete channel.answers["sessions.search"];
  expect(await reading.search("s1", "line")).toEqual([]);
});

test("a picture is asked for once, and again when that failed", async () => {
  const { reading, channel } = reader(1);
  channel.answers["attachments.get"] = () => {
    throw new CallError(404, "not_found", "Gone.");
  };
  await expect(reading.attachment("a")).rejects.toThrow("Gone.");
  channel.answers["attachments.get"] = () => ({ mime: "image/png", data: "" });
  await reading.attachment("a");
  await reading.attachment("a");
  expect(channel.named("attachments.get")).toHaveLength(2);
});
