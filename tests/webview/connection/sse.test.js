// @ts-check
import { beforeEach, describe, expect, test } from "vitest";
import { EventStream } from "../../../webview/js/connection/sse.js";
import { FakeWorld } from "../fake_world.js";

/** @type {FakeWorld} */ let world;
/** @type {any[]} */ let seen;
/** @type {any[]} */ let states;
let unauthorized = 0;

beforeEach(() => {
  world = new FakeWorld();
  seen = [];
  states = [];
  unauthorized = 0;
});

function start() {
  return new EventStream(world, "e1-5", {
    onEvent: (event) => seen.push(event),
    onState: (state) => states.push(state),
    onUnauthorized: () => unauthorized++,
  }).start();
}

describe("a stream of events", () => {
  test("opens at the cursor and hands on what comes", () => {
    start();
    world.source.emit("open");
    world.source.message("e1-6", { seq: 6 });
    expect(world.opened).toEqual(["e1-5"]);
    expect(states).toEqual([{ state: "connecting" }, { state: "open" }]);
    expect(seen).toEqual([{ seq: 6 }]);
  });

  test("comes back where it was, after a wait that grows and jitters", () => {
    start();
    world.source.emit("open");
    world.source.message("e1-6", { seq: 6 });
    world.source.emit("error");
    expect(states.at(-1)).toEqual({ state: "waiting", retryAt: world.now() + 750 });
    world.pass(749);
    expect(world.opened).toHaveLength(1);
    world.pass(1);
    expect(world.opened).toEqual(["e1-5", "e1-6"]);
    world.source.emit("error");
    expect(states.at(-1).retryAt - world.now()).toBe(1_500);
  });

  test("never waits longer than 30 s", () => {
    start();
    for (let i = 0; i < 12; i++) {
      world.source.emit("error");
      expect(states.at(-1).retryAt - world.now()).toBeLessThanOrEqual(30_000);
      world.pass(30_000);
    }
  });

  test("starts over at one second once it was open again", () => {
    start();
    world.source.emit("error");
    world.pass(30_000);
    world.source.emit("open");
    world.source.emit("error");
    expect(states.at(-1).retryAt - world.now()).toBe(750);
  });

  test("notices silence: two missed heartbeats", () => {
    start();
    world.source.emit("open");
    world.pass(20_000);
    world.source.emit("heartbeat");
    world.pass(31_000);
    expect(states.at(-1).state).toBe("open");
    world.pass(1_100);
    expect(states.at(-1).state).toBe("waiting");
    expect(world.sources[0]?.closed).toBe(true);
  });

  test("an old connection that speaks up late is not listened to", () => {
    start();
    const old = world.source;
    old.emit("error");
    world.pass(1_000);
    old.message("e1-7", { seq: 7 });
    old.emit("open");
    expect(seen).toEqual([]);
    expect(states.at(-1).state).toBe("connecting");
  });

  test("tries at once when asked to", () => {
    const stream = start();
    world.source.emit("error");
    stream.retryNow();
    expect(world.opened).toHaveLength(2);
    world.pass(60_000);
    expect(world.opened.length).toBeGreaterThan(1);
  });

  test("asks nothing of an open connection when told to retry", () => {
    const stream = start();
    world.source.emit("open");
    stream.retryNow();
    expect(world.opened).toHaveLength(1);
  });

  test("tells when this browser is no longer paired, and stops trying", async () => {
    world.paired = false;
    start();
    world.source.emit("error");
    await Promise.resolve();
    await Promise.resolve();
    expect(unauthorized).toBe(1);
    world.pass(60_000);
    expect(world.opened).toHaveLength(1);
  });

  test("stays closed", () => {
    start().close();
    world.pass(120_000);
    expect(world.opened).toHaveLength(1);
    expect(world.timers.size).toBe(0);
  });

  test("a broken frame is passed over", () => {
    start();
    world.source.emit("message", { data: "{", lastEventId: "e1-6" });
    world.source.message("e1-7", { seq: 7 });
    expect(seen).toEqual([{ seq: 7 }]);
  });
});

describe("a connection that may be dead without knowing it", () => {
  test("is begun anew at its cursor when the network is another one", () => {
    const stream = start();
    world.source.emit("open");
    world.source.message("e1-6", { seq: 6 });
    world.pass(2_000);
    stream.renew();
    expect(world.opened).toEqual(["e1-5", "e1-6"]);
    expect(world.sources[0]?.closed).toBe(true);
  });

  test("is begun anew once, however often one change is told", () => {
    const stream = start();
    world.pass(2_000);
    stream.renew();
    stream.renew();
    world.pass(500);
    stream.renew();
    expect(world.opened).toHaveLength(2);
  });

  test("is left alone when somebody looks and it was heard lately", () => {
    const stream = start();
    world.source.emit("open");
    world.pass(14_000);
    stream.check();
    expect(world.opened).toHaveLength(1);
  });

  test("is begun anew when somebody looks and a heartbeat is overdue", () => {
    const stream = start();
    world.source.emit("open");
    world.pass(18_000);
    stream.check();
    expect(world.opened).toHaveLength(2);
  });

  test("that never opens is given up", () => {
    start();
    world.pass(10_000);
    expect(states.at(-1).state).toBe("waiting");
  });

  test("stays closed once it was closed", () => {
    const stream = start();
    stream.close();
    world.pass(5_000);
    stream.renew();
    stream.check();
    expect(world.opened).toHaveLength(1);
  });
});
