// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { Actions } from "../../webview/js/actions.js";
import { Sync } from "../../webview/js/connection/sync.js";
import { CallError } from "../../webview/js/host/channel.js";
import { askSeen, emptyState, fromSnapshot } from "../../webview/js/reduce.js";
import { AddressBar, Router } from "../../webview/js/router.js";
import { Store } from "../../webview/js/store.js";
import { Drafts } from "../../webview/js/writing/drafts.js";
import { FakeChannel } from "./fake_channel.js";
import { FakeWorld } from "./fake_world.js";
import { ask, CAPABLE, events, session, snapshot } from "./samples.js";

/** @type {FakeChannel} */ let channel;
/** @type {FakeWorld} */ let world;
/** @type {Store} */ let store;
/** @type {Actions} */ let actions;

beforeEach(() => {
  channel = new FakeChannel();
  channel.answers["sessions.messages"] = () => ({ items: [], seq: 10 });
  world = new FakeWorld();
  store = new Store((callback) => callback());
  store.setData(
    fromSnapshot(
      emptyState(),
      snapshot({ asks: [ask()], sessions: [session(), session({ id: "s2", updatedAt: 9_000 })] }),
    ),
  );
  store.setUi({ phase: "ready" });
  let keys = 0;
  const tools = {
    store,
    channel,
    doorbell: { pair: async () => null, waitForYes: async () => null, leave: async () => {} },
    sync: new Sync(store, channel, world),
    drafts: new Drafts(null),
    uuid: () => `key-${++keys}`,
    later: world.setTimeout,
    isWide: () => true,
  };
  actions = new Actions(tools);
  window.history.replaceState(null, "", "/");
  actions.router = new Router(new AddressBar(window), (place) => actions.onPlace(place));
});

/** A browser's storage. */
function storageOf() {
  /** @type {Map<string, string>} */ const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ text) => void kept.set(key, text),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
}

describe("what the browser keeps", () => {
  test("is what was sent, what was picked and what was started; of what was sent nothing stays once it is unpaired", async () => {
    const lasting = storageOf();
    const own = new Actions({ ...actions.tools, lasting });
    own.router = actions.router;
    channel.answers["sessions.prompt"] = () => ({ accepted: true });
    channel.answers["sessions.create"] = () => ({ sessionId: "s2" });
    await own.send("s1", { text: "Go on" });
    own.composing.pick("s1", { model: "big" });
    own.composing.pick("s1", { mode: "plan" });
    await own.newSession({ agent: "codex", directory: "/srv", model: "big" });
    expect(own.composing.sentBefore("s1")).toEqual(["Go on"]);
    expect(new Actions({ ...actions.tools, lasting }).store.ui.picked).toEqual({ s1: { mode: "plan", model: "big" } });
    expect(own.starting.last).toMatchObject({ agent: "codex", directory: "/srv", model: "big" });
    store.setUi({ phase: "unpaired" });
    expect(lasting.kept.has("prompts")).toBe(false);
  });

  test("pictures go with the prompt, and come back when it is refused", async () => {
    const picture = { id: "1", name: "a.png", mime: /** @type {const} */ ("image/png"), data: "AAAA" };
    store.setUi({ pictures: { s1: [picture] } });
    channel.answers["sessions.prompt"] = refuse(409, "busy");
    await actions.send("s1", { text: "Look" });
    expect(channel.named("sessions.prompt")[0]?.params.attachments).toEqual([
      { name: "a.png", mime: "image/png", data: "AAAA" },
    ]);
    expect(store.ui.pictures.s1).toEqual([picture]);
    channel.answers["sessions.prompt"] = () => ({ accepted: true });
    await actions.send("s1", { text: "Look" });
    expect(store.ui.pictures.s1).toEqual([]);
    expect(store.ui.outbox.s1?.[0]).toMatchObject({ text: "Look", pictures: 1 });
  });
});

const refuse = (/** @type {number} */ status, /** @type {string} */ code) => () => {
  throw new CallError(status, code, "No.", "Look again.");
};

describe("deciding", () => {
  test("names the digest that was shown and shows who answered at once", async () => {
    const by = { kind: /** @type {const} */ ("device"), name: "this browser", verified: true };
    channel.answers["asks.decide"] = () => ask({ state: "resolved", resolution: { by, at: 1, choice: "allow_once" } });
    await actions.decide(ask(), { kind: "allow_once" });
    expect(channel.calls[0]?.params).toEqual({ id: "a1", digest: "d1", kind: "allow_once", idempotencyKey: "key-1" });
    expect(store.data.asks.a1?.state).toBe("resolved");
    expect(store.ui.answered).toBe("a1");
    world.pass(6_000);
    expect(store.ui.answered).toBeNull();
  });

  test("all of a session are denied one by one, but not those that ended with another", async () => {
    const asks = [
      ask(),
      ask({ id: "a2", digest: "d2" }),
      ask({ id: "a3", digest: "d3" }),
      ask({ id: "b", sessionId: "s2" }),
    ];
    for (const one of asks) store.setData(askSeen(store.data, one));
    channel.answers["asks.decide"] = ({ id }) => {
      if (id === "a1") store.setData(askSeen(store.data, ask({ id: "a2", digest: "d2", state: "resolved" })));
      return ask({ id, state: "resolved" });
    };
    const done = actions.deciding.denyAll("s1");
    for (let index = 0; index < 9; index++) {
      await new Promise((next) => setTimeout(next));
      world.pass(200);
    }
    await done;
    expect(channel.named("asks.decide").map(({ params }) => [params.id, params.kind])).toEqual([
      ["a1", "deny"],
      ["a3", "deny"],
    ]);
    expect(store.data.asks.b?.state).toBe("pending");
  });

  test("twice in a row is one decision", async () => {
    channel.answers["asks.decide"] = async () => ask({ state: "resolved" });
    await Promise.all([actions.decide(ask(), { kind: "allow_once" }), actions.decide(ask(), { kind: "allow_once" })]);
    expect(channel.named("asks.decide")).toHaveLength(1);
  });

  test("again after the hub could not be reached is the same decision, not a second one", async () => {
    channel.answers["asks.decide"] = refuse(0, "unreachable");
    await actions.decide(ask(), { kind: "deny" });
    expect(store.ui.askProblems.a1).toMatchObject({ message: "No.", hint: "Look again." });
    await actions.decide(ask(), { kind: "deny" });
    expect(channel.named("asks.decide").map((call) => call.params.idempotencyKey)).toEqual(["key-1", "key-1"]);
    await actions.decide(ask(), { kind: "allow_once" });
    expect(channel.named("asks.decide")[2]?.params.idempotencyKey).toBe("key-2");
  });

  test("too late says who was first", async () => {
    const by = { kind: /** @type {const} */ ("terminal"), name: "", verified: true };
    channel.answers["asks.decide"] = () => {
      store.setData(askSeen(store.data, ask({ state: "resolved", resolution: { by, at: 1, choice: "deny" } })));
      return refuse(409, "already_answered")();
    };
    await actions.decide(ask(), { kind: "allow_once" });
    expect(store.ui.notice?.message).toBe("Answered meanwhile: denied by the terminal.");
  });

  test("on something that changed meanwhile shows the new version instead", async () => {
    channel.answers["asks.decide"] = refuse(409, "stale_digest");
    channel.answers["asks.list"] = () => ({ asks: [ask({ digest: "d2", command: "rm -rf /" })] });
    await actions.decide(ask(), { kind: "allow_once" });
    expect(store.data.asks.a1).toMatchObject({ digest: "d2", state: "pending" });
    expect(store.ui.askProblems.a1?.message).toBe("No.");
  });
});

describe("a prompt", () => {
  test("shows at once and goes when the session has it", async () => {
    channel.answers["sessions.prompt"] = () => ({ accepted: true });
    const sent = actions.send("s1", { text: "Go on" });
    expect(store.ui.outbox.s1).toEqual([{ text: "Go on", state: "sending" }]);
    await sent;
    expect(store.ui.outbox.s1).toEqual([{ text: "Go on", state: "accepted" }]);
    for (const event of events({ type: "pilot.prompt.received", messageId: "m", text: "Go on" })) store.apply(event);
    expect(store.ui.outbox.s1).toEqual([]);
  });

  describe("that waits for the end of the turn", () => {
    const [busy, stopped] = [session({ state: "busy" }), { type: "pilot.session.stopped", reason: "completed" }];
    const states = () => store.ui.outbox.s1?.map(({ text, state }) => `${text}: ${state}`);
    beforeEach(() => {
      channel.answers["sessions.prompt"] = () => ({ accepted: true });
      store.setData({ ...store.data, sessions: { s1: busy } });
    });

    test("shows as queued until it is the session's turn", async () => {
      await actions.send("s1", { text: "Then test", when: "turn_end" });
      expect(channel.named("sessions.prompt")[0]?.params).toEqual({ id: "s1", text: "Then test", when: "turn_end" });
      expect(states()).toEqual(["Then test: queued"]);
      const received = { type: "pilot.prompt.received", messageId: "m", text: "Then test" };
      for (const event of events(stopped, received)) store.apply(event);
      expect(states()).toEqual([]);
    });

    test("is one of several: each end of a turn lets the next one go", async () => {
      for (const text of ["One", "Two"]) await actions.send("s1", { text, when: "turn_end" });
      for (const event of events(stopped)) store.apply(event);
      expect(states()).toEqual(["One: accepted", "Two: queued"]);
    });

    test("is not queued where the turn is over already", async () => {
      store.setData({ ...store.data, sessions: { s1: session() } });
      await actions.send("s1", { text: "Then test", when: "turn_end" });
      expect(states()).toEqual(["Then test: accepted"]);
    });

    test("may be the only way the agent has", async () => {
      const patient = session({ state: "busy", capabilities: { ...CAPABLE, prompt: "at_turn_end" } });
      store.setData({ ...store.data, sessions: { s1: patient } });
      await actions.send("s1", { text: "Then test" });
      expect(states()).toEqual(["Then test: queued"]);
    });
  });

  test("that is refused comes back as a draft, with the reason", async () => {
    channel.answers["sessions.prompt"] = refuse(503, "agent_gone");
    expect(await actions.send("s1", { text: "Go on" })).toBe(false);
    expect(store.ui.outbox.s1).toEqual([]);
    expect(actions.drafts.get("s1")).toBe("Go on");
    expect(store.ui.notice).toMatchObject({ message: "No.", hint: "Look again." });
  });

  test("that is refused comes back before what was begun meanwhile", async () => {
    const before = store.ui.draftsChanged;
    channel.answers["sessions.prompt"] = () => {
      actions.drafts.set("s1", "And then");
      throw new CallError(503, "agent_gone", "No.");
    };
    await actions.send("s1", { text: "Go on" });
    expect(actions.drafts.get("s1")).toBe("Go on\n\nAnd then");
    expect(store.ui.draftsChanged).toBe(before + 1);
  });

  test("with a cookie that is no longer good leads to the pairing screen", async () => {
    channel.answers["sessions.prompt"] = refuse(401, "unauthorized");
    await actions.send("s1", { text: "Go on" });
    expect(store.ui.phase).toBe("unpaired");
  });
});

describe("what a new session can be started with", () => {
  test("is asked of the agent, for the folder", async () => {
    channel.answers["agents.options"] = () => ({ models: [], policies: [{ id: "never", name: "Never ask" }] });
    expect((await actions.startOptions("codex", "/srv")).policies).toHaveLength(1);
    expect(channel.calls[0]?.params).toEqual({ id: "codex", directory: "/srv" });
  });

  test("is nothing, with the reason, where the agent cannot be asked", async () => {
    channel.answers["agents.options"] = refuse(503, "agent_unavailable");
    const problem = { code: "agent_unavailable", message: "No.", hint: "Look again." };
    expect(await actions.startOptions("codex", "/srv")).toEqual({ models: [], policies: [], problem });
  });
});

describe("finding the way", () => {
  test("a wide screen opens what needs a person first", () => {
    actions.openSomething();
    expect(store.ui).toMatchObject({ sessionId: "s1", view: "session", projectId: "p1" });
  });

  test("a wide screen opens something behind the settings that an address led to, and leaves them open", () => {
    actions.openSetting("notifyPushAfterS");
    actions.openSomething();
    expect(store.ui).toMatchObject({ sessionId: "s1", sheet: "settings" });
    actions.openSession("s2");
    expect(store.ui.sheet).toBeNull();
  });

  test("a link to an ask opens its session and the ask", () => {
    actions.openAsk("a1");
    expect(window.location.hash).toBe("#ask=a1");
    expect(store.ui).toMatchObject({ sessionId: "s1", askId: "a1", dockFolded: false });
  });

  test("a link to an ask that is gone says so", () => {
    actions.openAsk("a9");
    expect(store.ui.notice?.message).toBe("That ask does not wait any more.");
  });

  test("a project leads back to the session last read in it", () => {
    actions.openSession("s1");
    actions.openSession("s2");
    actions.openSession("s1");
    actions.openProject("p1");
    expect(store.ui.sessionId).toBe("s1");
  });

  test("previous and next go round", () => {
    store.setData(askSeen(store.data, ask({ id: "a2", createdAt: 3_000 })));
    actions.stepAsk(1);
    expect(store.ui.askId).toBe("a2");
    actions.stepAsk(1);
    expect(store.ui.askId).toBe("a1");
    actions.stepAsk(-1);
    expect(store.ui.askId).toBe("a2");
  });
});

test("what is pasted without a code in it is refused before the hub is asked", async () => {
  expect(await actions.pair("not a link", "x")).toMatchObject({ message: "That is no pairing link or code." });
});
