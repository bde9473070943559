import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HubError } from "../../../extension/src/hub";
import { Life } from "../../../extension/src/sidecar/life";
import { FakeWorld, refused } from "./fakeWorld";

let world: FakeWorld;
let life: Life;

beforeEach(() => {
  vi.useFakeTimers();
  world = new FakeWorld();
  life = new Life(world, world);
});

afterEach(async () => {
  await life.end();
  vi.useRealTimers();
});

test("a hub that runs is joined, not started", async () => {
  world.comesUp();
  await live();
  expect(world.done).toEqual(["connect"]);
  expect(world.state).toEqual({ kind: "connected", version: "0.2.0", pid: 101 });
});

test("where there is none, one is started", async () => {
  await live();
  expect(world.done).toEqual(["start", "connect"]);
});

test("a stale announcement is no hub: its socket is refused", async () => {
  world.comesUp();
  world.onConnect = () => {
    if (world.count("start") === 0) throw refused();
  };
  await live();
  expect(world.done).toEqual(["connect", "start", "connect"]);
  expect(world.complaints).toEqual([]);
});

test("a connection that is cut comes back, to the same hub", async () => {
  world.comesUp();
  await live();
  world.cuts();
  await pass(300);
  expect(world.done).toEqual(["connect", "connect"]);
  expect(world.kinds).toEqual(["connected", "reconnecting", "connected"]);
});

test("a token that is rotated again and again is no crash: the window comes back with the new one each time", async () => {
  world.comesUp();
  const tokens: string[] = [];
  world.onConnect = ({ token }) => tokens.push(token);
  await live();
  for (let i = 0; i < 6; i++) {
    world.rotates();
    await pass(12_000);
  }
  expect(tokens).toEqual(["t", "t+", "t++", "t+++", "t++++", "t+++++", "t++++++"]);
  expect(world.count("start")).toBe(0);
  expect(world.complaints).toEqual([]);
  expect(world.state?.kind).toBe("connected");
});

test.each(["unauthorized", "unreachable"])(
  "a token that is rotated while a window comes (%s) is looked up anew",
  async (code) => {
    world.comesUp();
    world.onConnect = ({ token }) => {
      if (token !== "t") return;
      world.rotates();
      throw new HubError(code, "Not with this token.");
    };
    await live();
    expect(world.done).toEqual(["connect", "connect"]);
    expect(world.complaints).toEqual([]);
    expect(world.state?.kind).toBe("connected");
  },
);

test("a hub that dies is started again, three times in three minutes, then said", async () => {
  await live();
  for (let i = 0; i < 3; i++) {
    world.dies();
    await pass(12_000);
  }
  expect(world.count("start")).toBe(4);
  expect(world.state?.kind).toBe("connected");
  world.dies();
  await pass(60_000);
  expect(world.count("start")).toBe(4);
  expect(world.state).toMatchObject({ kind: "failed", problem: { code: "start_failed" } });
  expect(world.complaints).toHaveLength(1);
});

test("a hub that dies rarely is always started again", async () => {
  await live();
  for (let i = 0; i < 8; i++) {
    await pass(61_000);
    world.dies();
    await pass(1_000);
  }
  expect(world.count("start")).toBe(9);
  expect(world.complaints).toEqual([]);
});

test("a hub that dies at its start is said once, and not started again", async () => {
  world.onStart = async () => {
    throw new HubError("start_failed", "The hub did not start: ImportError.");
  };
  await live();
  await pass(60_000);
  expect(world.count("start")).toBe(1);
  expect(world.complaints.map(({ message }) => message)).toEqual(["The hub did not start: ImportError."]);
  life.begin();
  await pass(100);
  expect(world.count("start")).toBe(2);
  expect(world.complaints).toHaveLength(2);
});

test("a hub that says it started but is not there does not go round for ever", async () => {
  world.onStart = async () => undefined;
  await live();
  await pass(120_000);
  expect(world.count("start")).toBe(4);
  expect(world.complaints).toHaveLength(1);
});

test("a set-up that was cancelled is not complained of", async () => {
  world.onStart = async () => {
    throw new HubError("cancelled", "Cancelled.");
  };
  await live();
  expect(world.state?.kind).toBe("failed");
  expect(world.complaints).toEqual([]);
});

test("stopped on purpose stays stopped, and says by whom", async () => {
  await live();
  life.hearStopping("Anna's phone");
  world.dies();
  await pass(600_000);
  expect(world.count("start")).toBe(1);
  expect(world.state).toEqual({ kind: "stopped", by: "Anna's phone" });
});

test("a hub that went without a word was ended by nobody's wish: it is started again", async () => {
  await live();
  world.dies();
  await pass(10_000);
  expect(world.count("start")).toBe(2);
});

test("somebody else starts it: this window joins within a second", async () => {
  await live();
  life.hearStopping(undefined);
  world.dies();
  await pass(10_000);
  world.comesUp();
  await pass(1_000);
  expect(world.state?.kind).toBe("connected");
  world.dies();
  await pass(1_000);
  expect(world.count("start")).toBe(2);
});

test("ten clicks on restart are one", async () => {
  await live();
  await Promise.all([...Array(10)].map(() => life.restart()));
  await pass(2_000);
  expect(world.done).toEqual(["start", "connect", "prepare", "stop", "start", "connect"]);
  expect(world.kinds).toEqual(["connected", "starting", "connected"]);
});

test("a restart that cannot be prepared leaves the hub as it is", async () => {
  world.comesUp();
  await live();
  world.onPrepare = async () => {
    throw new HubError("install_failed", "No network.");
  };
  await life.restart();
  await pass(2_000);
  expect(world.done).toEqual(["connect", "prepare"]);
  expect(world.kinds).toEqual(["connected", "starting", "connected"]);
  expect(world.complaints).toHaveLength(1);
});

test("stop stops, and start starts", async () => {
  await live();
  await life.stop();
  await pass(5_000);
  expect(world.state?.kind).toBe("stopped");
  life.begin();
  await pass(100);
  expect(world.state?.kind).toBe("connected");
  expect(world.done).toEqual(["start", "connect", "stop", "start", "connect"]);
});

test("stop where nothing runs only says so", async () => {
  world.onStart = async () => {
    throw new HubError("no_python", "No Python.");
  };
  await live();
  await life.stop();
  expect(world.done).toEqual(["start"]);
  expect(world.state?.kind).toBe("stopped");
});

test("a hub of another version is used, and a restart offered", async () => {
  world.comesUp({ version: "0.1.0" });
  await live();
  expect(world.state?.kind).toBe("connected");
  expect(world.offers).toEqual(["restart 0.1.0"]);
});

test("a hub of another protocol is not talked to; restarting it helps", async () => {
  world.comesUp({ version: "0.1.0", protocol: 0 });
  await live();
  await pass(30_000);
  expect(world.done).toEqual([]);
  expect(world.state).toMatchObject({ kind: "failed", problem: { code: "hub_too_old" } });
  expect(world.kinds).toEqual(["failed"]);
  expect(world.complaints).toHaveLength(1);
  await life.restart();
  await pass(2_000);
  expect(world.done).toEqual(["prepare", "stop", "start", "connect"]);
  expect(world.state?.kind).toBe("connected");
});

test("a hub of a later protocol is left alone", async () => {
  world.comesUp({ version: "0.9.0", protocol: 9 });
  await live();
  await pass(30_000);
  expect(world.done).toEqual([]);
  expect(world.complaints.map(({ code }) => code)).toEqual(["hub_too_new"]);
  world.dies();
  world.comesUp();
  await pass(1_500);
  expect(world.state?.kind).toBe("connected");
});

test("a hub that does not want us is said once", async () => {
  world.comesUp();
  world.onConnect = () => {
    throw new HubError("unauthorized", "This needs the owner's token.");
  };
  await live();
  await pass(30_000);
  expect(world.complaints).toHaveLength(1);
  expect(world.count("start")).toBe(0);
});

test("another home: it leaves this hub and looks there", async () => {
  world.comesUp();
  await live();
  const there = life.move();
  world.comesUp({ version: "0.2.0" });
  await there;
  await pass(100);
  expect(world.count("start")).toBe(0);
  expect(world.state).toMatchObject({ kind: "connected", pid: 102 });
});

test("ending leaves, starts nothing, says nothing", async () => {
  await live();
  const before = world.states.length;
  await life.end();
  await pass(60_000);
  expect(world.count("start")).toBe(1);
  expect(world.states).toHaveLength(before);
});

async function live(): Promise<void> {
  void life.run();
  await pass(0);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}
