import "./library";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { LogOutputChannel } from "vscode";
import { HubError, type Place } from "../../../extension/src/hub";
import type { Event } from "../../../extension/src/protocol.gen";
import { type Connection, connect, type Visitor } from "../../../extension/src/sidecar/connection";
import { type HubFile, readHubFile } from "../../../extension/src/sidecar/discovery";
import { OldHub } from "./oldHub";
import { Flood, TestHome } from "./realHub";

let home: TestHome;
let hub: HubFile;

beforeAll(async () => {
  home = await TestHome.create();
  hub = await home.up("--demo");
}, 60_000);

afterAll(async () => home[Symbol.asyncDispose](), 30_000);

test("a call is answered, and a refusal says what to do", async () => {
  const { connection } = await visit();
  expect((await connection.call("snapshot", {})).hub.version).toBe(hub.version);
  const refusal = await connection.call("sessions.get", { id: "nobody" }).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(HubError);
  expect(refusal).toMatchObject({ code: "not_found" });
  await connection.close();
});

test("a window that says what it shows is taken in, and shown a place", async () => {
  const { connection, places } = await visit();
  const surface = await connection.tellWindow({ folders: [home.path], focused: true, active: true, notifies: true });
  expect(surface).toMatch(/^rpc_/);
  await fetch(`${hub.url}/api/places`, {
    method: "POST",
    headers: { authorization: `Bearer ${hub.token}`, "content-type": "application/json" },
    body: JSON.stringify({ kind: "pair" }),
  });
  await vi.waitFor(() => expect(places).toEqual([{ kind: "pair" }]));
  await connection.close();
});

test("leaving ends the connection, not the hub", async () => {
  const { connection, closed } = await visit();
  await connection.close();
  expect(closed).toHaveBeenCalledOnce();
  const again = await visit();
  expect(again.connection).toBeDefined();
  await again.connection.close();
});

test("in a flood, what was missed and what comes live are each event once, in order", { timeout: 60_000 }, async () => {
  const { connection: first } = await visit();
  const project = (await first.call("snapshot", {})).projects[0];
  if (!project) throw new Error("the demo has a project");
  const flood = Flood.pour(hub, 60, (i) => ({
    method: "pilot/projects.approval",
    params: { id: project.id, topics: i % 2 ? ["shell"] : ["edits"] },
  }));
  let cursor = (await first.call("snapshot", {})).cursor;
  let live = 0;
  for (let round = 0; round < 12; round++) {
    const { connection, events } = await visit();
    // As a subscriber does: it looks at events from the moment the answer is in its hands.
    const missed = await connection.subscribe(cursor);
    const before = events.length;
    expect(before).toBe(0);
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(50), 10_000);
    expectWithoutGap(cursor, [...missed.events, ...events]);
    // The same connection again, in the middle of its events.
    const again = await connection.subscribe(cursor);
    const seen = events.length;
    await vi.waitFor(() => expect(events.length).toBeGreaterThan(seen + 50), 10_000);
    expectWithoutGap(cursor, [...again.events, ...events.slice(seen)]);
    cursor = again.cursor;
    live += events.length;
    await connection.close();
  }
  flood.close();
  expect(live).toBeGreaterThan(1000);
  await first.close();
});

test("the last words of a hub that goes are heard, all of them, before its end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pilot-last-"));
  const going = await OldHub.announce(folder, "0.1.0", 1);
  going.lastWords = [...Array(300)].map((_, seq) => ({ seq, text: "x".repeat(seq) }));
  const { connection, events, closed } = await visit(going.file);
  closed.mockImplementation(() => expect(events).toHaveLength(300));
  await connection.subscribe(undefined);
  expect(events).toEqual([]);
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  expect(events.map(({ seq }) => seq)).toEqual([...Array(300).keys()]);
  going.close();
  await rm(folder, { recursive: true });
});

test("no link that lets somebody in is written to the log, however much of it is wanted", async () => {
  const lines: unknown[] = [];
  const write = (...line: unknown[]): unknown => lines.push(line);
  const all = { logLevel: 1, trace: write, debug: write, info: write, warn: write, error: write };
  const log = { ...all, onDidChangeLogLevel: () => ({ dispose() {} }) } as unknown as LogOutputChannel; // SAFETY: as above
  const { connection } = await visit(hub, log);
  const { url } = await connection.call("pairing.create", {});
  await connection.close();
  const secret = url.split(/[#?/=]/).at(-1) ?? "";
  expect(secret.length).toBeGreaterThan(8);
  expect(JSON.stringify(lines)).not.toContain(secret);
});

test("nobody behind the socket is unreachable", async () => {
  await expect(visit({ ...hub, socket: `${hub.socket}.not` })).rejects.toMatchObject({ code: "unreachable" });
});

test("a new token ends every connection, also the one that asked for it, and is in hub.json before that", async () => {
  const { connection, closed } = await visit();
  const other = await visit();
  let found: Promise<HubFile | undefined> | undefined;
  closed.mockImplementation(() => {
    found = readHubFile(home.path);
  });
  await connection
    .call("token.rotate", {})
    .catch((error: unknown) => expect(error).toMatchObject({ code: "unreachable" }));
  await vi.waitFor(() => expect(closed).toHaveBeenCalledOnce());
  await vi.waitFor(() => expect(other.closed).toHaveBeenCalledOnce());
  const now = await found;
  expect(now).toMatchObject({ pid: hub.pid, socket: hub.socket });
  expect(now?.token).not.toBe(hub.token);
  const knock = (token = ""): Promise<Response> =>
    fetch(`${hub.url}/api/sessions`, { headers: { authorization: `Bearer ${token}` } });
  expect((await knock(hub.token)).status).toBe(401);
  expect((await knock(now?.token)).status).toBe(200);
  const again = await visit(now);
  expect((await again.connection.call("snapshot", {})).hub.version).toBe(hub.version);
  await again.connection.close();
});

/** Every event after a cursor, none missing, none twice. */
function expectWithoutGap(cursor: string, events: readonly Event[]): void {
  const start = Number(cursor.split("-").at(-1));
  const seen = events.map((event) => event.seq);
  expect(seen).toEqual(seen.map((_, i) => start + 1 + i));
}

async function visit(to: HubFile = hub, log: LogOutputChannel = quiet) {
  const events: Event[] = [];
  const places: Place[] = [];
  const closed = vi.fn();
  const visitor: Visitor = {
    name: "Test window",
    log,
    failure: ({ code, message, hint }) => new HubError(code, message, hint),
    onEvent: (event) => events.push(event),
    onPlace: (place) => places.push(place),
    onClose: closed,
  };
  const connection: Connection = await connect(to, visitor);
  return { connection, events, places, closed };
}

// SAFETY: the client only writes to it.
const quiet = new Proxy({}, { get: () => () => ({ dispose() {} }) }) as LogOutputChannel;
