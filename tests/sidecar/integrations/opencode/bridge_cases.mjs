// The bridge alone, with a WebSocket that is ours: run by test_bridge.py through `node --test`.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const { attach } = await import(process.env.BRIDGE ?? "");
const { concerns } = await import(new URL("topics.js", process.env.BRIDGE ?? "").href);
const DIRECTORY = "/home/dev/project";
let sockets = [];
let home = "";
let printed = 0;

class FakeSocket {
  constructor(url, options) {
    this.url = url;
    this.authorization = options.headers.authorization;
    this.sent = [];
    this.bufferedAmount = 0;
    sockets.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {}
  open() {
    this.onopen();
    return this;
  }
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
  types() {
    return this.sent.map((frame) => frame.event?.type ?? frame.type);
  }
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "bridge-"));
  process.env.PILOT_HOME = home;
  sockets = [];
  printed = 0;
  globalThis.WebSocket = FakeSocket;
  for (const name of ["log", "error", "warn"]) console[name] = () => printed++;
});
afterEach(() => {
  globalThis.__pilotBridge?.retire();
  delete globalThis.__pilotBridge;
  assert.equal(printed, 0, "the bridge never prints");
});

function hubFile(extra = {}) {
  mkdirSync(join(home, "hooks"), { recursive: true });
  const file = { url: "ws://127.0.0.1:1/bridge/opencode", token: "secret", protocol: 1, ...extra };
  writeFileSync(join(home, "hooks", "opencode.json"), JSON.stringify(file));
}

function start(fetched = []) {
  const client = {
    _client: {
      getConfig: () => ({
        baseUrl: "http://localhost:4096/",
        fetch: async (request) => {
          fetched.push(`${request.method} ${new URL(request.url).pathname}`);
          return Response.json({ ok: true });
        },
      }),
    },
  };
  return attach({ directory: DIRECTORY, worktree: DIRECTORY, client }, "/nowhere");
}

const delta = (text) => ({
  event: {
    type: "message.part.delta",
    properties: { sessionID: "s", messageID: "m", partID: "p", field: "text", delta: text },
  },
});
const asked = (id) => ({ event: { type: "permission.asked", properties: { id, sessionID: "s" } } });
const replied = (id) => ({ event: { type: "permission.replied", properties: { requestID: id, sessionID: "s" } } });
const later = (ms) => new Promise((done) => setTimeout(done, ms));

test("without a hub nothing happens", async () => {
  const hooks = start();
  await hooks.event(asked("per_1"));
  assert.equal(sockets.length, 0);
  assert.deepEqual(Object.keys(hooks).sort(), ["chat.message", "dispose", "event", "tool.execute.before"]);
});

test("hello, then what was queued, then live", async () => {
  hubFile();
  const hooks = start();
  await hooks.event(asked("per_1"));
  const socket = sockets[0].open();
  assert.equal(socket.authorization, "Bearer secret");
  assert.deepEqual(socket.types(), ["hello", "permission.asked", "live"]);
  assert.deepEqual(socket.sent[0].instances, [{ directory: DIRECTORY, worktree: DIRECTORY }]);
});

test("an ask that came and went unseen is never told", async () => {
  hubFile();
  const hooks = start();
  await hooks.event(asked("per_1"));
  await hooks.event(asked("per_2"));
  await hooks.event(replied("per_1"));
  await hooks.event(replied("per_0"));
  assert.deepEqual(
    sockets[0]
      .open()
      .sent.slice(1, -1)
      .map((frame) => frame.event.properties.id ?? frame.event.properties.requestID),
    ["per_2", "per_0"],
  );
});

test("the queue is bounded, and says what it lost", async () => {
  hubFile();
  const hooks = start();
  for (let n = 0; n < 2500; n++) await hooks.event(asked(`per_${n}`));
  const socket = sockets[0].open();
  assert.equal(socket.sent[0].dropped, 500);
  assert.equal(socket.sent.length, 2002);
  assert.equal(socket.sent[1].event.properties.id, "per_500");
});

test("a hub that does not read costs bounded memory, and is told of the gap", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.bufferedAmount = 10_000_000;
  for (let n = 0; n < 2500; n++) await hooks.event(asked(`per_${n}`));
  assert.equal(socket.sent.length, 2);
  socket.bufferedAmount = 0;
  await later(120);
  assert.deepEqual(socket.sent.at(-1).dropped, 500);
});

test("the first delta goes at once, the next ones together, with offsets in UTF-16", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  for (const text of ["🚀", "a", "b", "c"]) await hooks.event(delta(text));
  assert.deepEqual(socket.types(), ["hello", "live", "message.part.delta"]);
  await later(80);
  const deltas = socket.sent.slice(2).map((frame) => [frame.event.properties.offset, frame.event.properties.delta]);
  assert.deepEqual(deltas, [
    [0, "🚀"],
    [2, "abc"],
  ]);
});

test("what is held goes before whatever follows it", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  await hooks.event(delta("a"));
  await hooks.event(delta("b"));
  await hooks.event(asked("per_1"));
  assert.deepEqual(socket.types().slice(2), ["message.part.delta", "message.part.delta", "permission.asked"]);
});

test("noise is dropped", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  for (const type of ["plugin.added", "session.diff", "server.heartbeat"])
    await hooks.event({ event: { type, properties: {} } });
  assert.deepEqual(socket.types(), ["hello", "live"]);
});

test("only listed requests are run, whatever the hub says", async () => {
  hubFile();
  const fetched = [];
  start(fetched);
  const socket = sockets[0].open();
  const paths = [
    ["GET", "/permission"],
    ["POST", "/permission/per_1/reply"],
    ["GET", "/session/status"],
    ["GET", "/session/ses_1/message?limit=3"],
    ["PUT", "/auth/openai"],
    ["PATCH", "/config"],
    ["POST", "/session/ses_1/shell"],
    ["POST", "/pty"],
    ["GET", "/permission/../auth"],
  ];
  for (const [id, [method, path]] of paths.entries())
    socket.say({ type: "rpc", id, method, path, directory: DIRECTORY });
  await later(50);
  const status = Object.fromEntries(
    socket.sent.filter((frame) => frame.type === "rpc.result").map((frame) => [frame.id, frame.status]),
  );
  assert.deepEqual(status, { 0: 200, 1: 200, 2: 200, 3: 200, 4: 403, 5: 403, 6: 403, 7: 403, 8: 403 });
  assert.equal(fetched.length, 4);
});

test("a directory that is closed answers 410", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  await hooks.dispose();
  socket.say({ type: "rpc", id: 1, method: "GET", path: "/permission", directory: DIRECTORY });
  await later(20);
  assert.equal(socket.sent.at(-1).status, 410);
});

test("the address is read anew before each attempt", async () => {
  hubFile();
  start();
  sockets[0].open().onclose();
  hubFile({ url: "ws://127.0.0.1:2/bridge/opencode" });
  await later(350);
  assert.deepEqual(
    sockets.map((socket) => new URL(socket.url).port),
    ["1", "2"],
  );
});

test("a turn waits for its approval mode, and not for a hub that is stuck", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  await hooks["chat.message"]({ sessionID: "s" });
  assert.deepEqual(socket.types(), ["hello", "live"]);
  socket.say({ type: "config", approval: {}, prepare: true });
  const turn = hooks["chat.message"]({ sessionID: "s", agent: "build" });
  const frame = socket.sent.at(-1);
  assert.deepEqual([frame.type, frame.sessionID, frame.agent], ["prepare", "s", "build"]);
  socket.say({ type: "prepared", id: frame.id });
  await turn;
  const began = Date.now();
  await hooks["chat.message"]({ sessionID: "s" });
  assert.ok(Date.now() - began < 900);
  const sent = socket.sent.length;
  await hooks["chat.message"]({ sessionID: "s" });
  assert.equal(socket.sent.length, sent);
});

const EDITS = { type: "config", approval: { [DIRECTORY]: ["edits"] }, sessions: {}, prepare: true };

/** A turn that starts, prepared by the hub; `ruled` are the topics that OpenCode's own rules cover. */
async function turn(hooks, socket, ruled, sessionID = "s") {
  const begins = hooks["chat.message"]({ sessionID });
  const { id } = socket.sent.at(-1);
  if (ruled) socket.say({ type: "ruled", sessionID, topics: ruled });
  socket.say({ type: "prepared", id });
  await begins;
}

const write = (hooks, callID = "c", sessionID = "s") =>
  hooks["tool.execute.before"]({ tool: "write", sessionID, callID }, { args: { filePath: "a" } });

const answered = new Set();

async function allow(socket, held) {
  const frame = socket.sent.at(-1);
  assert.equal(frame.type, "gate");
  assert.ok(!answered.has(frame.id), "another call is held");
  answered.add(frame.id);
  socket.say({ type: "gate.result", id: frame.id, action: "allow" });
  await held;
}

test("what OpenCode's own rules ask about is not held as well", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.say(EDITS);
  await turn(hooks, socket, ["edits"]);
  await write(hooks);
  assert.ok(!gated(socket));
});

test("what is chosen while a turn runs is held in it, and in its sub-agents", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  await hooks["chat.message"]({ sessionID: "s" });
  await hooks.event({ event: { type: "session.created", properties: { info: { id: "child", parentID: "s" } } } });
  await write(hooks);
  socket.say({ type: "config", approval: {}, sessions: { s: ["edits"] }, prepare: true });
  socket.say({ type: "ruled", sessionID: "s", topics: ["edits"] }); // from the next turn on
  await allow(socket, write(hooks));
  await allow(socket, write(hooks, "c", "child"));
  await turn(hooks, socket, ["edits"]); // joins the turn that runs
  await allow(socket, write(hooks, "c2"));
  await hooks.event({ event: { type: "session.idle", properties: { sessionID: "s" } } });
  await turn(hooks, socket, ["edits"]);
  const before = socket.sent.length;
  await write(hooks);
  assert.equal(socket.sent.length, before);
});

test("a turn that a slow hub could not prepare is held", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.say(EDITS);
  await hooks["chat.message"]({ sessionID: "s" });
  await allow(socket, write(hooks));
});

test("rules that were taken back and given again during a turn do not count in it", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.say(EDITS);
  await turn(hooks, socket, ["edits"]);
  socket.say({ type: "ruled", sessionID: "s", topics: [] });
  socket.say({ type: "ruled", sessionID: "s", topics: ["edits"] });
  await allow(socket, write(hooks));
});

test("without a hub OpenCode's own dialog asks, and what is forbidden stays forbidden", async () => {
  hubFile();
  const sent = [];
  const permission = [
    { permission: "*", pattern: "*", action: "allow" },
    { permission: "ed?t", pattern: "*.env", action: "deny" },
    { permission: "edit", pattern: "*.md", action: "deny" },
    { permission: "edit", pattern: "*.md", action: "allow" },
  ];
  const fetch = async (request) => {
    if (request.method === "PATCH") sent.push(await request.json());
    return Response.json([{ name: "build", permission }]);
  };
  const client = { _client: { getConfig: () => ({ baseUrl: "http://localhost:4096/", fetch }) } };
  const hooks = attach({ directory: DIRECTORY, worktree: DIRECTORY, client }, "/nowhere");
  const socket = sockets[0].open();
  socket.say(EDITS);
  socket.onclose();
  await hooks["chat.message"]({ sessionID: "s" });
  const [ask, deny, ...others] = sent[0].permission;
  assert.deepEqual([ask.permission, ask.pattern, ask.action], ["edit", "*", "ask"]);
  assert.deepEqual([deny.permission, deny.pattern, deny.action], ["edit", "*.env", "deny"]);
  assert.deepEqual(others, []);
  await write(hooks); // OpenCode asks
});

test("a hub that is stuck leaves asking to OpenCode's own dialog, so that nobody waits for it", async () => {
  hubFile();
  const sent = [];
  const fetch = async (request) => {
    if (request.method === "PATCH") sent.push(await request.json());
    return Response.json([{ name: "build", permission: [] }]);
  };
  const client = { _client: { getConfig: () => ({ baseUrl: "http://localhost:4096/", fetch }) } };
  const hooks = attach({ directory: DIRECTORY, worktree: DIRECTORY, client }, "/nowhere");
  const socket = sockets[0].open();
  socket.say(EDITS);
  await hooks["chat.message"]({ sessionID: "s" }); // the hub says nothing
  assert.deepEqual(sent, [{ permission: [{ permission: "edit", pattern: "*", action: "ask" }] }]);
  await write(hooks);
  await hooks["chat.message"]({ sessionID: "t" }); // and is still stuck
  assert.equal(sent.length, 2);
  await write(hooks, "c", "t");
  assert.ok(!gated(socket));
});

test("a prompt goes through whatever OpenCode answers about its agents", async () => {
  hubFile();
  const fetch = async () => Response.json([{ name: "build", permission: { edit: "allow" } }]);
  const client = { _client: { getConfig: () => ({ baseUrl: "http://localhost:4096/", fetch }) } };
  const hooks = attach({ directory: DIRECTORY, worktree: DIRECTORY, client }, "/nowhere");
  const socket = sockets[0].open();
  socket.say(EDITS);
  socket.onclose();
  await hooks["chat.message"]({ sessionID: "s" });
});

test("an older hub asks by OpenCode's own dialog alone: nothing is asked twice", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.say({ type: "config", approval: { [DIRECTORY]: ["edits"] }, prepare: true });
  await turn(hooks, socket, undefined); // its rules are in force, and it says no word about them
  await Promise.race([write(hooks), later(50)]);
  assert.ok(!gated(socket));
});

test("two calls of one number are two questions", async () => {
  hubFile();
  const hooks = start();
  const socket = sockets[0].open();
  socket.say(EDITS);
  await allow(socket, write(hooks, "call_0", "a"));
  const first = socket.sent.at(-1).id;
  await allow(socket, write(hooks, "call_0", "b"));
  assert.notEqual(socket.sent.at(-1).id, first);
});

test("newer code in the same process takes over under the same boot", async () => {
  hubFile();
  start();
  const old = globalThis.__pilotBridge;
  old.version = "older";
  start();
  assert.notEqual(globalThis.__pilotBridge, old);
  assert.equal(globalThis.__pilotBridge.boot, old.boot);
  assert.equal(old.retired, true);
});

/** An `opencode run` whose project has an approval mode, configured while the hub is there. */
async function run(topics, permission) {
  process.argv = [...process.argv.slice(0, 2), "run"];
  hubFile({ approval: { [DIRECTORY]: topics } });
  const hooks = start();
  process.argv.pop();
  const socket = sockets[0].open();
  socket.say({ type: "config", approval: { [DIRECTORY]: topics } });
  const config = { permission };
  await hooks.config(config);
  const call = (tool, args) => hooks["tool.execute.before"]({ tool, sessionID: "s", callID: "c" }, { args });
  return { socket, config, call };
}

const gated = (socket) => socket.types().includes("gate");

test("what OpenCode no longer asks about itself stays held when a hub without memory takes over", async () => {
  const { socket, config, call } = await run(["shell"], { bash: "ask" });
  assert.deepEqual(config.permission, { bash: "allow" });
  socket.say({ type: "config", approval: {} });
  const held = call("bash", { command: "ls" });
  assert.ok(gated(socket), "the call is held");
  socket.say({ type: "gate.result", id: socket.sent.at(-1).id, action: "deny", message: "No." });
  await assert.rejects(held, /No\./);
});

test("what OpenCode allows by itself is held only while the approval mode is on", async () => {
  const { socket, call } = await run(["shell"], {});
  socket.say({ type: "config", approval: {} });
  await call("bash", { command: "ls" });
  assert.ok(!gated(socket));
});

test("what is forbidden outside the project stays forbidden", async () => {
  const { config } = await run(["outside"], "deny");
  assert.deepEqual(Object.entries(config.permission).at(-1), ["*", "deny"]); // OpenCode takes the last that matches
});

test("what is asked by default becomes the gate's, behind the rule on everything", async () => {
  const { config } = await run(["outside", "shell"], { "*": "ask" });
  assert.deepEqual(Object.keys(config.permission), ["*", "external_directory", "bash"]);
});

test("a patch or a link that reaches outside the project is held", async () => {
  const folder = mkdtempSync(join(tmpdir(), "project-"));
  symlinkSync("/etc", join(folder, "link"));
  for (const args of [
    { patchText: "*** Begin Patch\n*** Add File: ../evil.txt\n+x\n*** End Patch" },
    { patchText: `*** Begin Patch\n*** Update File: ${folder}/a\n*** Move to: /tmp/b\n*** End Patch` },
    { filePath: "link/new/passwd" },
  ])
    assert.ok(concerns("any", args, folder, ["outside"]), JSON.stringify(args));
  for (const args of [{ patchText: "*** Add File: a/b.txt" }, { filePath: "new/a" }, {}])
    assert.ok(!concerns("any", args, folder, ["outside"]), JSON.stringify(args));
});
