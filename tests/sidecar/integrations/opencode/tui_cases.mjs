// The slash commands alone, before a hub that is ours: run by test_bridge.py through `node --test`.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";

const home = mkdtempSync(join(tmpdir(), "tui-"));
process.env.PILOT_HOME = home;
const { default: plugin } = await import(process.env.TUI ?? "");
let shown = [];
let run = {};
let server;

/** What OpenCode hands to a plugin of its terminal, as far as ours uses it. */
const api = {
  route: { current: { name: "home" } },
  state: { path: { directory: "/home/dev/project" } },
  ui: {
    toast: ({ message }) => shown.push(message),
    DialogAlert: ({ message }) => shown.push(message),
    dialog: { replace: (make) => make(), clear() {} },
  },
  keymap: {
    registerLayer({ commands }) {
      for (const one of commands) run[one.slashName] = one.run;
    },
  },
};

async function hubThat(answer) {
  server = createServer(answer).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  mkdirSync(join(home, "hooks"), { recursive: true });
  const url = `ws://127.0.0.1:${server.address().port}/bridge/opencode`;
  writeFileSync(join(home, "hooks", "opencode.json"), JSON.stringify({ url, token: "t" }));
}

beforeEach(async () => {
  shown = [];
  run = {};
  await plugin.tui(api);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("a hub that is there and does not answer is not called stopped", async (context) => {
  const soon = AbortSignal.timeout.bind(AbortSignal);
  context.mock.method(AbortSignal, "timeout", () => soon(30));
  await hubThat(() => {});
  await run.remote();
  assert.match(shown.at(-1), /does not answer/);
  assert.match(shown.at(-1), /pilot doctor/);
  assert.doesNotMatch(shown.at(-1), /not running/);
});

test("another program in the hub's place is not called a hub", async () => {
  await hubThat((_request, response) => response.end("<h1>Hello</h1>"));
  await run.pilot();
  assert.match(shown.at(-1), /not running/);
});

test("what the hub refuses is told in its own words", async () => {
  await hubThat((_request, response) => {
    response.writeHead(404, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "There is no folder.", hint: "Make it first." } }));
  });
  await run.remote();
  assert.equal(shown.at(-1), "There is no folder. Make it first.");
});
