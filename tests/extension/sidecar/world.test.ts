import "./library";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LogOutputChannel } from "vscode";
import type { HubState, Problem } from "../../../extension/src/hub";
import { readHubFile } from "../../../extension/src/sidecar/discovery";
import { Life, type Witness } from "../../../extension/src/sidecar/life";
import { RealWorld } from "../../../extension/src/sidecar/world";
import { OldHub } from "./oldHub";
import { PILOT, TestHome } from "./realHub";
import { Programs } from "./scripts";

const LIMIT = { timeout: 40_000, interval: 20 };

let home: TestHome;
let windows: Window[];

beforeEach(async () => {
  home = await TestHome.create();
  windows = [];
});

afterEach(async () => {
  for (const { life } of windows) await life.end();
  await Promise.all(windows.map(({ ended }) => ended)); // a start that is under way would leave a hub behind
  await home[Symbol.asyncDispose]();
}, 60_000);

test("windows that open at once share one hub, and it outlives them", { timeout: 90_000 }, async () => {
  const opened = [open(), open(), open()];
  const pid = await vi.waitFor(() => oneHubOf(opened), LIMIT);
  for (const { life } of opened) await life.end();
  const again = open();
  await vi.waitFor(() => expect(pidOf(again)).toBe(pid), { timeout: 1_000, interval: 10 });
});

test.each(["SIGKILL", "SIGTERM"])(
  "a hub that %s ends comes back by itself, once for all windows",
  { timeout: 90_000 },
  async (how) => {
    const { pid } = await home.up();
    const opened = [open(), open()];
    await vi.waitFor(() => expect(opened.map(pidOf)).toEqual([pid, pid]), LIMIT);
    process.kill(pid, how);
    await vi.waitFor(() => expect(oneHubOf(opened)).not.toBe(pid), LIMIT);
    expect(opened.flatMap(({ complaints }) => complaints)).toEqual([]);
  },
);

test("pilot stop stops it for all, pilot up brings all back", { timeout: 90_000 }, async () => {
  await home.up();
  const opened = [open(), open()];
  await vi.waitFor(() => oneHubOf(opened), LIMIT);
  for (const { life } of opened) await life.connection?.subscribe(undefined);
  await home.pilot("stop");
  await vi.waitFor(() => expect(opened.map(({ state }) => state?.kind)).toEqual(["stopped", "stopped"]), LIMIT);
  expect(await readHubFile(home.path)).toBeUndefined();
  const { pid } = await home.up();
  await vi.waitFor(() => expect(opened.map(pidOf)).toEqual([pid, pid]), LIMIT);
});

test("a restart from one window brings the other along, and says who stopped it", { timeout: 90_000 }, async () => {
  const { pid } = await home.up();
  const [one, other] = [open(), open()];
  await vi.waitFor(() => expect([pidOf(one), pidOf(other)]).toEqual([pid, pid]), LIMIT);
  await one.life.connection?.subscribe(undefined);
  await other.life.connection?.subscribe(undefined);
  await Promise.all([...Array(10)].map(() => one.life.restart()));
  await vi.waitFor(() => expect(oneHubOf([one, other])).not.toBe(pid), LIMIT);
  expect(other.states).toContainEqual({ kind: "stopped", by: "VS Code" });
  expect(one.states.map(({ kind }) => kind)).not.toContain("stopped");
});

test("a hub that dies at its start: one message with its last words", { timeout: 60_000 }, async () => {
  const programs = await Programs.create({
    pilot: `echo "pilot: The hub did not start.
  What it said is in $PILOT_HOME/logs/start.txt." >&2
/bin/mkdir -p "$PILOT_HOME/logs"
echo "Traceback
ImportError: no uvloop" > "$PILOT_HOME/logs/start.txt"; exit 1`,
  });
  const window = open([join(programs.folder, "pilot")]);
  await vi.waitFor(() => expect(window.state?.kind).toBe("failed"), LIMIT);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(window.complaints).toEqual([
    {
      code: "start_failed",
      message: "The hub did not start: ImportError: no uvloop",
      hint: `What it said is in ${home.path}/logs/start.txt.`,
    },
  ]);
  await programs.remove();
});

test("a command that is not there", async () => {
  const window = open(["/not/there/pilot"]);
  await vi.waitFor(() => expect(window.complaints).toHaveLength(1), LIMIT);
  expect(window.complaints[0]?.message).toMatch(/^\/not\/there\/pilot cannot be run/);
});

test("an older hub is used, does not mind what it does not know, and a restart is offered", async () => {
  const old = await OldHub.announce(home.path, "0.0.1", 1);
  const window = open();
  await vi.waitFor(() => expect(window.state).toMatchObject({ kind: "connected", version: "0.0.1" }), LIMIT);
  const look = { folders: [], focused: true, active: true, notifies: true };
  expect(await window.life.connection?.tellWindow(look)).toBeUndefined();
  await expect(window.life.connection?.call("places.find", { kind: "pair" })).rejects.toMatchObject({
    code: "not_supported",
  });
  expect(window.offers).toEqual(["restart"]);
  await window.life.end();
  old.close();
  await rm(join(home.path, "hub.json"));
});

test("a hub of another protocol is not spoken to", async () => {
  const old = await OldHub.announce(home.path, "0.9.0", 9);
  const window = open();
  await vi.waitFor(() => expect(window.complaints.map(({ code }) => code)).toEqual(["hub_too_new"]), LIMIT);
  expect(old.heard).toEqual([]);
  await window.life.end();
  old.close();
  await rm(join(home.path, "hub.json"));
});

interface Window {
  life: Life;
  ended: Promise<void>;
  states: HubState[];
  state: HubState | undefined;
  complaints: Problem[];
  offers: string[];
}

/** Open a window: what VS Code does at its start. */
function open(command: string[] = [PILOT]): Window {
  const states: HubState[] = [];
  const window = { states, complaints: [] as Problem[], offers: [] as string[] };
  const witness: Witness = {
    become: (state) => states.push(state),
    complain: ({ code, message, hint }) => window.complaints.push({ code, message, hint }),
    offer: (_hub, remedy) => window.offers.push(remedy),
  };
  const installation = {
    home: home.path,
    pilot: async () => ({ command, env: home.env, home: home.path }),
    repair: async () => false,
  };
  const life: Life = new Life(
    new RealWorld({ version: "0.1.0", protocol: 1 }, installation, {
      log: quiet,
      onEvent: (event) => {
        if (event.type === "pilot.hub.stopping") life.hearStopping(event.by.name || undefined);
      },
      onPlace: () => undefined,
    }),
    witness,
  );
  const opened = Object.defineProperty({ life, ended: life.run(), ...window, state: undefined }, "state", {
    get: () => states.at(-1),
  });
  windows.push(opened);
  return opened;
}

/** The hub that all of them are connected to. */
function oneHubOf(opened: readonly Window[]): number {
  const [pid, ...others] = new Set(opened.map(pidOf));
  if (pid === undefined || others.length > 0) throw new Error("they are not all at one hub");
  return pid;
}

function pidOf(window: Window | undefined): number | undefined {
  return window?.state?.kind === "connected" ? window.state.pid : undefined;
}

// SAFETY: the client only writes to it.
const quiet = new Proxy({}, { get: () => () => ({ dispose() {} }) }) as LogOutputChannel;
