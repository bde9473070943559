import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHub, homeOf, readHubFile } from "../../../extension/src/sidecar/discovery";

const hub = {
  pid: process.pid,
  url: "http://127.0.0.1:1",
  socket: "/x.sock",
  token: "secret",
  version: "0.1.0",
  protocol: 1,
};
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "pilot-home-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test.each([
  ["the setting first", "/set", { PILOT_HOME: "/env" }, "/set"],
  ["then PILOT_HOME", "", { PILOT_HOME: "/env" }, "/env"],
  ["then ~/.pilot", " ", {}, join(homedir(), ".pilot")],
  ["a tilde is the home", "~/p", {}, join(homedir(), "p")],
  ["and only then", "/a/~b", {}, "/a/~b"],
])("home: %s", (_, setting, env, expected) => {
  expect(homeOf(setting, env)).toBe(expected);
});

test("a hub that lives is found", async () => {
  await announce(JSON.stringify({ ...hub, extra: "of a later version" }));
  expect(await findHub(home)).toEqual(hub);
});

test("a hub whose process is gone is not, but was announced", async () => {
  const ended = spawn(process.execPath, ["-e", ""]);
  await once(ended, "exit");
  await announce(JSON.stringify({ ...hub, pid: ended.pid }));
  expect(await findHub(home)).toBeUndefined();
  expect((await readHubFile(home))?.pid).toBe(ended.pid);
});

test.each([
  ["nothing", undefined],
  ["an empty file", ""],
  ["half a file", '{"pid": 12'],
  ["null", "null"],
  ["a list", "[]"],
  ["a pid in quotes", JSON.stringify({ ...hub, pid: "12" })],
  ["pid 0, which would be our own group", JSON.stringify({ ...hub, pid: 0 })],
  ["a negative pid", JSON.stringify({ ...hub, pid: -1 })],
  ["no socket", JSON.stringify({ ...hub, socket: undefined })],
  ["no protocol", JSON.stringify({ ...hub, protocol: null })],
])("%s is no hub", async (_, text) => {
  if (text !== undefined) await announce(text);
  expect(await findHub(home)).toBeUndefined();
});

async function announce(text: string): Promise<void> {
  await writeFile(join(home, "hub.json"), text);
}
