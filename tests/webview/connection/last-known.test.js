// @ts-check
import { beforeEach, expect, test } from "vitest";
import { LastKnown } from "../../../webview/js/connection/last-known.js";
import {
  emptyState,
  fromSnapshot,
  transcriptAsked,
  transcriptLoaded,
  transcriptRecalled,
} from "../../../webview/js/reduce.js";
import { Store } from "../../../webview/js/store.js";
import { FakeVault } from "../fake_vault.js";
import { FakeWorld } from "../fake_world.js";
import { ask, session, snapshot } from "../samples.js";

/** @type {FakeVault} */ let vault;
/** @type {FakeWorld} */ let world;

beforeEach(() => {
  vault = new FakeVault();
  world = new FakeWorld();
});

/** A page that follows its hub. @param {Parameters<typeof snapshot>[0]} [change] */
function page(change) {
  const store = new Store((callback) => callback());
  store.setData(fromSnapshot(emptyState(), snapshot(change)));
  store.setUi({ phase: "ready", connection: { state: "open" } });
  return { store, memory: new LastKnown(store, vault, world) };
}

/** A page that was just loaded, without its hub. */
function later() {
  const store = new Store((callback) => callback());
  return { store, memory: new LastKnown(store, vault, world) };
}

/** @param {Store} store @param {string} id @param {any[]} items */
function read(store, id, items) {
  store.setData(transcriptLoaded(transcriptAsked(store.data, id), id, { items, seq: 1 }));
}

const prompt = (/** @type {string} */ id) => ({ kind: "prompt", id, at: 1, text: id });

test("the list of sessions comes back with the time it was true; asks and their arguments do not", async () => {
  const { memory } = page({ asks: [ask({ command: "secret-command" })] });
  const at = world.now();
  await memory.keep();
  expect(JSON.stringify([...vault.kept])).not.toContain("secret-command");
  world.pass(60_000);
  const { store, memory: again } = later();
  await again.recall();
  expect(store.ui).toMatchObject({ phase: "ready", asOf: at, wasPaired: true });
  expect(Object.keys(store.data.sessions)).toEqual(["s1"]);
  expect(store.data.asks).toEqual({});
});

test("what the hub says is not replaced by what was known before", async () => {
  const { store, memory } = page();
  await memory.keep();
  store.setData(fromSnapshot(emptyState(), snapshot({ sessions: [session({ title: "Newer" })] })));
  await memory.recall();
  expect(store.data.sessions.s1?.title).toBe("Newer");
  expect(store.ui.asOf).toBeNull();
});

test("what came from here is not written back as if it were new", async () => {
  const first = page();
  await first.memory.keep();
  world.pass(60_000);
  const { store, memory } = later();
  await memory.recall();
  store.setData({ ...store.data, sessions: {} });
  await memory.keep();
  expect(/** @type {any} */ (await vault.get("picture")).data.sessions).toHaveProperty("s1");
});

test("the transcripts read last come back, cut to what fits", async () => {
  const { store, memory } = page();
  const long = {
    kind: "tool",
    id: "t",
    at: 1,
    tool: "bash",
    output: "x".repeat(90_000),
    input: { a: "y".repeat(90_000) },
    files: [],
  };
  read(store, "s1", [...Array.from({ length: 150 }, (_, at) => prompt(`p${at}`)), long]);
  await memory.keep();
  const items = (await memory.transcript("s1")) ?? [];
  expect(items).toHaveLength(100);
  expect(JSON.stringify(items.at(-1)).length).toBeLessThan(25_000);
  const shown = transcriptRecalled(emptyState(), "s1", items);
  expect(shown.transcripts.s1).toMatchObject({ state: "ready", seq: 0 });
  expect(await memory.transcript("s9")).toBeNull();
});

test("only the transcripts read last are kept", async () => {
  const { store, memory } = page({ sessions: Array.from({ length: 15 }, (_, at) => session({ id: `s${at}` })) });
  for (let at = 0; at < 15; at++) {
    read(store, `s${at}`, [prompt("p")]);
    await memory.keep();
  }
  const said = [...vault.kept.keys()].filter((key) => key.startsWith("said:"));
  expect(said).toHaveLength(12);
  expect(said).toContain("said:s14");
  expect(said).not.toContain("said:s0");
});

test("what is deleted is not kept here either", async () => {
  const { store, memory } = page();
  read(store, "s1", [prompt("p")]);
  await memory.keep();
  store.setData({ ...store.data, sessions: {}, transcripts: {} });
  await memory.keep();
  expect([...vault.kept.keys()]).toEqual(["picture"]);
});

test("a browser whose access ended forgets all of it", async () => {
  const { store, memory } = page();
  read(store, "s1", [prompt("p")]);
  await memory.keep();
  await memory.forget();
  expect(vault.kept.size).toBe(0);
});

test("what another version left behind is not shown", async () => {
  vault.kept.set("picture", { form: 99, at: 1, read: [], data: { sessions: {} } });
  const { store, memory } = later();
  await memory.recall();
  expect(store.ui.phase).toBe("loading");
});
