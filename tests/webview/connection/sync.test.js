// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { LastKnown } from "../../../webview/js/connection/last-known.js";
import { Sync } from "../../../webview/js/connection/sync.js";
import { CallError } from "../../../webview/js/host/channel.js";
import { Store } from "../../../webview/js/store.js";
import { entriesOf } from "../../../webview/js/transcript/entries.js";
import { FakeChannel } from "../fake_channel.js";
import { FakeVault } from "../fake_vault.js";
import { FakeWorld } from "../fake_world.js";
import { ask, EPOCH, events, session, snapshot } from "../samples.js";

/** @type {FakeChannel} */ let channel;
/** @type {FakeWorld} */ let world;
/** @type {Store} */ let store;
/** @type {Sync} */ let sync;

beforeEach(() => {
  channel = new FakeChannel();
  channel.answers.snapshot = () => snapshot();
  channel.answers["sessions.messages"] = () => ({ items: [], seq: 10 });
  world = new FakeWorld();
  store = new Store((callback) => callback());
  sync = new Sync(store, channel, world);
});

const settle = () => new Promise((done) => setTimeout(done, 0));

describe("the first picture", () => {
  test("is followed by the stream from its cursor", async () => {
    await sync.start();
    expect(store.ui.phase).toBe("ready");
    expect(channel.cursors).toEqual([`${EPOCH}-10`]);
  });

  test("without a session cookie leads to the pairing screen", async () => {
    channel.answers.snapshot = () => {
      throw new CallError(401, "unauthorized", "no");
    };
    await sync.start();
    expect(store.ui.phase).toBe("unpaired");
  });

  test("is asked for again when the hub is not there yet", async () => {
    const answer = channel.answers.snapshot;
    channel.answers.snapshot = () => {
      throw new CallError(0, "unreachable", "Pilot cannot be reached.");
    };
    await sync.start();
    expect(store.ui).toMatchObject({ phase: "failed", failure: { message: "Pilot cannot be reached." } });
    if (answer) channel.answers.snapshot = answer;
    world.pass(1_000);
    await settle();
    expect(store.ui.phase).toBe("ready");
  });
});

describe("a gap", () => {
  test("is noticed by its number and closed with a fresh picture; what came meanwhile is not lost", async () => {
    await sync.start();
    channel.answers.snapshot = () => snapshot({ cursor: `${EPOCH}-14`, sessions: [session({ title: "New" })] });
    const late = events({}, {}, {}, {}, { type: "pilot.session.stopped", reason: "error" });
    const [first] = events({ type: "pilot.session.stopped", reason: "completed", seq: 14 });
    channel.send([first, late[4]]);
    await settle();
    expect(channel.named("snapshot")).toHaveLength(2);
    expect(store.data.seq).toBe(15);
    expect(store.data.sessions.s1).toMatchObject({ title: "New", state: "error" });
  });

  test("many at once are one question", async () => {
    await sync.start();
    channel.send(events({ seq: 20, type: "pilot.token.rotated" }, { seq: 30, type: "pilot.token.rotated" }));
    await settle();
    expect(channel.named("snapshot")).toHaveLength(2);
  });

  test("in a text fetches that transcript again", async () => {
    await sync.start();
    store.setUi({ sessionId: "s1" });
    await sync.want("s1");
    const delta = { type: "pilot.message.delta", messageId: "m", partId: "t", part: "text" };
    channel.answers["sessions.messages"] = () => ({
      items: [{ kind: "text", id: "t", at: 1, text: "Hello", streaming: true }],
      seq: 11,
    });
    channel.send(events({ ...delta, offset: 3, delta: "lo" }));
    await settle();
    expect(channel.named("sessions.messages")).toHaveLength(2);
    expect(store.data.transcripts.s1?.items[0]).toMatchObject({ text: "Hello" });
  });
});

test("a restarted hub sends its picture: the open transcript is fetched anew", async () => {
  await sync.start();
  store.setUi({ sessionId: "s1" });
  await sync.want("s1");
  channel.send([
    { type: "pilot.snapshot", seq: 3, epoch: "e2", at: 1, snapshot: snapshot({ cursor: "e2-3", asks: [ask()] }) },
  ]);
  await settle();
  expect(store.data.epoch).toBe("e2");
  expect(store.data.asks.a1?.state).toBe("pending");
  expect(channel.named("sessions.messages")).toHaveLength(2);
});

test("a page that was faster than its session fetches the transcript once the session begins", async () => {
  await sync.start();
  channel.answers["sessions.messages"] = () => {
    throw new CallError(404, "not_found", "There is no session s9.");
  };
  await sync.want("s9");
  expect(store.data.transcripts.s9?.state).toBe("failed");
  channel.answers["sessions.messages"] = () => ({ items: [], seq: 11 });
  const begun = { type: "pilot.session.started", sessionId: "s9", session: session({ id: "s9" }) };
  channel.send(events(begun));
  await settle();
  expect(store.data.transcripts.s9?.state).toBe("ready");
});

test("a device that was given another role takes its picture anew, and nobody else does", async () => {
  const viewer = {
    id: "d1",
    kind: /** @type {const} */ ("device"),
    name: "Phone",
    scope: /** @type {const} */ ("operate"),
  };
  channel.answers.snapshot = () => snapshot({ viewer });
  await sync.start();
  const connected = (/** @type {object} */ change) => ({
    type: "pilot.client.connected",
    sessionId: undefined,
    client: { ...viewer, id: "sse_1", ...change },
  });
  channel.send(events(connected({}), connected({ name: "Desk", scope: "admin" })));
  await settle();
  expect(channel.named("snapshot")).toHaveLength(1);
  channel.answers.snapshot = () => snapshot({ viewer: { ...viewer, scope: "view" } });
  channel.send(events(connected({ scope: "view" })));
  await settle();
  expect(store.data.viewer?.scope).toBe("view");
});

test("a transcript is fetched once, however often it is opened", async () => {
  await sync.start();
  await sync.want("s1");
  await sync.want("s1");
  expect(channel.named("sessions.messages")).toHaveLength(1);
});

test("a transcript comes with who answered what before this page was opened", async () => {
  await sync.start();
  const by = { kind: /** @type {const} */ ("device"), name: "Phone", verified: true };
  const resolution = { by, at: 900, choice: /** @type {const} */ ("allow_once") };
  channel.answers["asks.list"] = () => ({ asks: [ask({ id: "old", state: "resolved", resolution })] });
  await sync.want("s1");
  expect(channel.named("asks.list")[0]?.params).toEqual({ session: "s1", state: "ended" });
  expect(entriesOf(store.data, "s1").map((entry) => entry.id)).toEqual(["ask-old"]);
  channel.answers["asks.list"] = () => {
    throw new CallError(500, "internal", "no");
  };
  await sync.want("s2");
  expect(store.data.transcripts.s2?.state).toBe("ready");
});

test("only the transcripts read last are kept", async () => {
  await sync.start();
  for (let i = 0; i < 15; i++) await sync.want(`s${i}`);
  expect(Object.keys(store.data.transcripts)).toHaveLength(12);
  expect(store.data.transcripts.s14).toBeDefined();
});

test("older pages are asked for one at a time", async () => {
  await sync.start();
  channel.answers["sessions.messages"] = () => ({ items: [], before: "7", seq: 10 });
  await sync.want("s1");
  await Promise.all([sync.wantOlder("s1"), sync.wantOlder("s1")]);
  expect(channel.named("sessions.messages").map((call) => call.params.before)).toEqual([undefined, "7"]);
});

describe("without the hub", () => {
  /** @type {FakeVault} */ let vault;

  beforeEach(async () => {
    vault = new FakeVault();
    await sync.start();
    await sync.want("s1");
    channel.handlers?.onState({ state: "open" });
    await new LastKnown(store, vault, world).keep();
    store = new Store((callback) => callback());
    channel = new FakeChannel();
    sync = new Sync(store, channel, world, new LastKnown(store, vault, world));
  });

  const unreachable = () => {
    throw new CallError(0, "unreachable", "Pilot cannot be reached.");
  };

  test("what was known last is shown, a transcript read before with it, and the hub is tried again", async () => {
    channel.answers.snapshot = channel.answers["sessions.messages"] = unreachable;
    await sync.start();
    expect(store.ui).toMatchObject({ phase: "ready", connection: { state: "waiting" } });
    expect(store.ui.asOf).not.toBeNull();
    await sync.want("s1");
    expect(store.data.transcripts.s1?.state).toBe("ready");
    channel.answers.snapshot = () => snapshot({ cursor: "e2-3", sessions: [session({ title: "Newer" })] });
    channel.answers["sessions.messages"] = () => ({ items: [], seq: 3 });
    world.pass(1_000);
    await settle();
    expect(store.data.sessions.s1?.title).toBe("Newer");
    expect(store.ui.asOf).toBeNull();
    expect(channel.cursors).toEqual(["e2-3"]);
  });

  test("a hub that does not answer is not waited for before something is shown", async () => {
    channel.answers.snapshot = () => new Promise(() => {});
    const shown = sync.startOrRecall();
    world.pass(2_500);
    await shown;
    expect(store.ui.phase).toBe("ready");
  });

  test("a browser whose access ended shows and keeps nothing of what it knew", async () => {
    channel.answers.snapshot = () => snapshot();
    channel.answers["sessions.messages"] = () => ({ items: [], seq: 10 });
    await sync.start();
    channel.handlers?.onUnauthorized();
    await settle();
    expect(store.ui).toMatchObject({ phase: "unpaired", wasPaired: true });
    expect(store.data.sessions).toEqual({});
    expect([...vault.kept.keys()]).toEqual([]);
  });

  test("another tab that paired this browser is noticed when somebody looks", async () => {
    channel.answers.snapshot = () => {
      throw new CallError(401, "unauthorized", "no");
    };
    await sync.start();
    expect(store.ui.phase).toBe("unpaired");
    channel.answers.snapshot = () => snapshot();
    channel.answers["sessions.messages"] = () => ({ items: [], seq: 10 });
    sync.check();
    await settle();
    expect(store.ui.phase).toBe("ready");
  });

  test("a connection that is lost tells since when what is shown is true", async () => {
    channel.answers.snapshot = () => snapshot();
    channel.answers["sessions.messages"] = () => ({ items: [], seq: 10 });
    await sync.start();
    const at = world.now();
    channel.handlers?.onState({ state: "waiting", retryAt: at + 1_000 });
    world.pass(5_000);
    channel.handlers?.onState({ state: "connecting" });
    expect(store.ui.asOf).toBe(at);
    channel.handlers?.onState({ state: "open" });
    expect(store.ui.asOf).toBeNull();
  });
});

describe("transcripts while the connection comes and goes", () => {
  const prompt = (/** @type {string} */ id) => ({
    kind: "prompt",
    id,
    messageId: id,
    at: 1,
    text: id,
    attachments: [],
  });
  const received = (/** @type {string} */ sessionId, /** @type {number} */ seq) => ({
    type: "pilot.prompt.received", epoch: EPOCH, seq, at: seq, sessionId, agent: "opencode",
    messageId: `m${seq}`, text: `word ${seq}`, attachments: [],
  }); // biome-ignore format: one thought
  const itemsOf = (/** @type {string} */ id) => store.data.transcripts[id]?.items.map((item) => item.id);

  test("a message that comes between the answers to two requests is not lost", async () => {
    await sync.start();
    /** @type {((page: object) => void)[]} */ const answers = [];
    channel.answers["sessions.messages"] = () => new Promise((done) => answers.push(done));
    channel.answers["asks.list"] = () => ({ asks: [] });
    void sync.want("s1");
    void sync.refresh("s1");
    answers[0]?.({ items: [prompt("a")], seq: 10 });
    await settle();
    channel.send([received("s1", 11)]);
    answers[1]?.({ items: [prompt("a")], seq: 10 });
    await settle();
    expect(itemsOf("s1")).toEqual(["a", "m11"]);
  });

  test("a prompt whose coming back was missed is not shown twice", async () => {
    await sync.start();
    store.setUi({ outbox: { s1: [{ text: "a", state: "accepted" }, { text: "b", state: "sending" }] } }); // biome-ignore format: one thought
    channel.answers["sessions.messages"] = () => ({ items: [prompt("a"), prompt("b")], seq: 10 });
    await sync.refresh("s1");
    expect(store.ui.outbox.s1).toEqual([{ text: "b", state: "sending" }]);
  });

  test("all that stand side by side are fetched anew when the hub was started again", async () => {
    await sync.start();
    store.setUi({ sessionId: "s1", split: ["s1", "s2"] });
    await Promise.all([sync.want("s1"), sync.want("s2")]);
    channel.answers["sessions.messages"] = ({ id }) => ({ items: [prompt(`${id}-new`)], seq: 3 });
    const { viewer: _viewer, ...picture } = snapshot();
    channel.send([{ type: "pilot.snapshot", epoch: "e2", seq: 3, at: 1, snapshot: { ...picture, cursor: "e2-3" } }]);
    await settle();
    expect([itemsOf("s1"), itemsOf("s2")]).toEqual([["s1-new"], ["s2-new"]]);
  });

  test("one that was opened without the hub is fetched once it is back, with a way to what was said earlier", async () => {
    const vault = new FakeVault();
    vault.kept.set("said:s1", [prompt("old"), prompt("a")]);
    sync = new Sync(store, channel, world, new LastKnown(store, vault, world));
    await sync.start();
    store.setUi({ sessionId: "s1" });
    channel.handlers?.onState({ state: "waiting" });
    channel.answers["sessions.messages"] = () => {
      throw new CallError(0, "unreachable", "away");
    };
    await sync.want("s1");
    await sync.want("s2");
    expect(itemsOf("s1")).toEqual(["old", "a"]);
    expect(store.data.transcripts.s2?.state).toBe("failed");
    channel.answers["sessions.messages"] = () => ({ items: [prompt("a"), prompt("b")], seq: 10, before: "cursor" });
    channel.handlers?.onState({ state: "open" });
    await settle();
    expect(itemsOf("s1")).toEqual(["a", "b"]);
    expect(store.data.transcripts.s1?.before).toBe("cursor");
    expect(store.data.transcripts.s2).toBeUndefined();
  });
});
