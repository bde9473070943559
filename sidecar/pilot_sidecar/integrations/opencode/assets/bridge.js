// __PILOT_MARKER__
// @ts-check
// Pilot's bridge inside an OpenCode process: one WebSocket to the hub for all of the process's directories.
// It never prints, never blocks a start, and while no hub is there it only keeps a bounded queue.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";

const VERSION = "__PILOT_VERSION__";
const PROTOCOL = 1;
const QUEUE_FRAMES = 2000;
const QUEUE_BYTES = 1_000_000;
const SOCKET_BYTES = 1_000_000; // unsent bytes at which a stuck hub's frames wait in our bounded queue instead
const COALESCE = 40; // ms
const DRAIN = 50; // ms
const RETRY_MIN = 250; // ms
const RETRY_MAX = 2000; // ms
const HUB_WAIT = 1000; // ms a gated `opencode run` waits for the hub at its start
const PREPARE_WAIT = 500; // ms a turn waits for its approval mode, where one was chosen
const GATE_GRACE = 5000; // ms a gated call waits for a hub that went away
const PARTS = 500;

const NOISE = new Set([
  "plugin.added",
  "catalog.updated",
  "integration.updated",
  "reference.updated",
  "session.diff",
  "server.heartbeat",
  "server.connected",
  "file.watcher.updated",
  "lsp.client.diagnostics",
  "lsp.updated",
  "models-dev.refreshed",
]);
const ENDS = new Set(["permission.replied", "question.replied", "question.rejected"]);

/** What the hub may call; everything else answers 403 here, whatever the hub says. */
const ROUTES = [
  /^GET \/session(\/status|\/[\w-]+|\/[\w-]+\/(message|children|todo|diff))?$/,
  /^GET \/(permission|question|agent|path|config\/providers|global\/health|vcs\/diff|project\/current)$/,
  /^POST \/session(\/[\w-]+\/(prompt_async|abort))?$/,
  /^PATCH \/session\/[\w-]+$/,
  /^POST \/permission\/[\w-]+\/reply$/,
  /^POST \/question\/[\w-]+\/(reply|reject)$/,
  /^POST \/tui\/(show-toast|select-session)$/,
];

/**
 * Which tools and which of OpenCode's permissions a topic of the approval mode stands for.
 * @type {Record<string, { tools: string[], permissions: string[] } | undefined>}
 */
const TOPICS = {
  shell: { tools: ["bash"], permissions: ["bash"] },
  edits: { tools: ["edit", "write", "patch", "multiedit", "apply_patch"], permissions: ["edit"] },
  web: { tools: ["webfetch", "websearch", "codesearch"], permissions: ["webfetch", "websearch", "codesearch"] },
  outside: { tools: [], permissions: ["external_directory"] },
};
const COMMANDS = ["run", "serve", "web", "acp", "attach", "tui"];

/**
 * @typedef {{ directory: string, worktree?: string, serverUrl?: unknown, client: any }} Instance
 * @typedef {{ id: string, directory: string, tool: string, sessionID: string, callID: string, args: unknown }} Gate
 * @typedef {{ gate: Gate, settle: (result: { action: string, message?: string }) => void }} OpenGate
 */

class Bridge {
  /** @param {string} home @param {string} boot */
  constructor(home, boot) {
    this.version = VERSION;
    this.home = home;
    this.boot = boot;
    this.mode = modeOf(process.argv.slice(2));
    /** @type {Map<string, Instance>} */
    this.instances = new Map();
    /** @type {Map<string, OpenGate>} */
    this.gates = new Map();
    /** @type {Map<string, string[]>} topics of the approval mode by directory, as the hub said last */
    this.topics = new Map();
    this.welcome = false;
    /** Whether somebody chose an approval mode: then turns wait a moment for it. */
    this.preparing = false;
    /** @type {Map<number, () => void>} */
    this.prepared = new Map();
    this.retired = false;
    /** @type {Array<() => void>} */
    this.onWelcome = [];
    /** @type {WebSocket | null} */
    this.socket = null;
    this.up = false;
    this.tries = 0;
    this.seq = 0;
    this.dropped = 0;
    /** @type {{ text: string, ask?: string }[]} */
    this.queue = [];
    this.queued = 0;
    /** @type {Map<string, { directory: string, event: any, fresh: boolean }>} */
    this.held = new Map();
    /** @type {Map<string, number>} */
    this.lengths = new Map();
    /** @type {Record<string, any>} */
    this.timers = {};
  }

  // ---- the connection

  dial() {
    if (this.retired || this.socket || this.timers.retry) return;
    const hub = readHub(this.home);
    if (!hub) return this.later();
    let socket;
    try {
      // Bun's WebSocket takes headers; the type of browsers does not.
      socket = new WebSocket(hub.url, /** @type {any} */ ({ headers: { authorization: `Bearer ${hub.token}` } }));
    } catch {
      return this.later();
    }
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (message) => this.received(message.data);
    socket.onerror = () => {};
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.up = this.welcome = this.preparing = false;
      for (const settle of [...this.prepared.values()]) settle();
      for (const tell of this.onWelcome.splice(0)) tell();
      for (const open of this.gates.values()) this.expire(open);
      this.later();
    };
  }

  later() {
    const wait = Math.min(RETRY_MAX, RETRY_MIN * 2 ** this.tries++);
    this.timer("retry", wait * (0.8 + Math.random() * 0.2), () => this.dial());
  }

  opened() {
    this.up = true;
    this.tries = 0;
    this.write({
      type: "hello",
      protocol: PROTOCOL,
      plugin: VERSION,
      boot: this.boot,
      pid: process.pid,
      mode: this.mode,
      cwd: process.cwd(),
      instances: [...this.instances.values()].map(describe),
      queued: this.queue.length,
      dropped: this.dropped,
    });
    this.dropped = 0;
    for (const open of this.gates.values()) this.write({ type: "gate", ...open.gate });
    for (const frame of this.queue.splice(0)) this.socket?.send(frame.text);
    this.queued = 0;
    this.write({ type: "live" });
  }

  /** @param {unknown} data */
  received(data) {
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "rpc") void this.call(frame);
    else if (frame.type === "ping") this.write({ type: "pong", id: frame.id });
    else if (frame.type === "prepared") {
      this.preparing = true;
      this.prepared.get(frame.id)?.();
    } else if (frame.type === "gate.result") this.gates.get(frame.id)?.settle(frame);
    else if (frame.type === "config") {
      this.topics = new Map(Object.entries(frame.approval ?? {}));
      this.preparing = frame.prepare === true;
      this.welcome = true;
      for (const tell of this.onWelcome.splice(0)) tell();
    }
  }

  /** Send now; only while the socket is up. @param {Record<string, unknown>} frame */
  write(frame) {
    this.socket?.send(this.encode(frame));
  }

  /** Send now, or as soon as the hub takes it. @param {Record<string, unknown>} frame @param {string} [ask] */
  post(frame, ask) {
    if (this.up && this.queue.length === 0 && (this.socket?.bufferedAmount ?? 0) < SOCKET_BYTES)
      return this.write(frame);
    const text = this.encode(frame);
    this.queue.push({ text, ask });
    this.queued += text.length;
    while (this.queue.length > 1 && (this.queue.length > QUEUE_FRAMES || this.queued > QUEUE_BYTES)) {
      this.queued -= this.queue.shift()?.text.length ?? 0;
      this.dropped++;
    }
    if (this.up) this.timer("drain", DRAIN, () => this.drain());
  }

  drain() {
    while (this.up && this.queue.length > 0 && (this.socket?.bufferedAmount ?? 0) < SOCKET_BYTES) {
      const frame = this.queue.shift();
      if (!frame) break;
      this.queued -= frame.text.length;
      this.socket?.send(frame.text);
    }
    if (!this.up) return;
    if (this.queue.length > 0) return this.timer("drain", DRAIN, () => this.drain());
    if (this.dropped > 0) this.write({ type: "live", dropped: this.dropped });
    this.dropped = 0;
  }

  /** @param {Record<string, unknown>} frame */
  encode(frame) {
    return JSON.stringify({ ...frame, seq: ++this.seq });
  }

  // ---- events

  /** @param {string} directory @param {any} event */
  forward(directory, event) {
    if (NOISE.has(event.type)) return;
    const part = event.properties?.part;
    if (event.type === "message.part.delta")
      return this.hold(`d:${event.properties.partID}`, directory, this.placed(event), joinDeltas);
    if (part?.type === "tool" && part.state?.status === "running" && part.state.metadata)
      return this.hold(`t:${part.id}`, directory, event, (_, latest) => latest);
    this.flush();
    this.measure(event);
    if (!this.up && ENDS.has(event.type) && this.unask(event.properties.requestID)) return;
    const ask = event.type.endsWith(".asked") ? event.properties.id : undefined;
    this.post({ type: "event", directory, event }, ask);
  }

  /** An ask that came and went while the hub was away never reaches it. @param {string} id */
  unask(id) {
    const at = this.queue.findIndex((frame) => frame.ask === id);
    if (at < 0) return false;
    this.queued -= this.queue.splice(at, 1)[0].text.length;
    return true;
  }

  /** Send the first at once, then one a window. @param {string} key @param {string} directory @param {any} event @param {(held: any, event: any) => any} join */
  hold(key, directory, event, join) {
    const held = this.held.get(key);
    if (!held) {
      this.held.set(key, { directory, event, fresh: false });
      this.post({ type: "event", directory, event });
      this.timer("flush", COALESCE, () => this.tick());
    } else {
      held.event = held.fresh ? join(held.event, event) : event;
      held.fresh = true;
    }
  }

  tick() {
    for (const [key, held] of this.held) {
      if (held.fresh) this.post({ type: "event", directory: held.directory, event: held.event });
      else this.held.delete(key);
      held.fresh = false;
    }
    if (this.held.size > 0) this.timer("flush", COALESCE, () => this.tick());
  }

  /** What is held comes before whatever follows. */
  flush() {
    for (const held of this.held.values()) {
      if (held.fresh) this.post({ type: "event", directory: held.directory, event: held.event });
      held.fresh = false;
    }
  }

  /** Give a delta its offset, in UTF-16 units as the dashboard counts. @param {any} event */
  placed(event) {
    const { partID, delta } = event.properties;
    const offset = this.lengths.get(partID) ?? 0;
    this.lengths.set(partID, offset + delta.length);
    return { ...event, properties: { ...event.properties, offset } };
  }

  /** @param {any} event */
  measure(event) {
    const part = event.type === "message.part.updated" ? event.properties.part : undefined;
    if (typeof part?.text !== "string") return;
    if (part.time?.end) this.lengths.delete(part.id);
    else this.lengths.set(part.id, part.text.length);
    const oldest = this.lengths.size > PARTS ? this.lengths.keys().next().value : undefined;
    if (oldest !== undefined) this.lengths.delete(oldest);
  }

  // ---- requests of the hub, run by OpenCode's own in-process client

  /** @param {{ id: number, method: string, path: string, body?: unknown, directory?: string }} request */
  async call(request) {
    const reply = {
      type: "rpc.result",
      id: request.id,
      status: 0,
      contentType: "",
      body: /** @type {unknown} */ (null),
    };
    try {
      const instance = this.instances.get(request.directory ?? "");
      if (!ROUTES.some((route) => route.test(`${request.method} ${request.path.split("?")[0]}`))) reply.status = 403;
      else if (!instance) reply.status = 410;
      else Object.assign(reply, await fetchFrom(instance, request));
    } catch (error) {
      reply.body = String(error);
    }
    this.flush();
    if (this.up) this.write(reply);
  }

  // ---- the approval mode, which has to be in force before a turn starts

  /** @param {string} directory @param {{ sessionID: string, agent?: string }} turn @returns {Promise<void>} */
  prepare(directory, turn) {
    if (!this.up || !this.preparing) return Promise.resolve();
    return new Promise((done) => {
      const id = ++this.seq;
      const timer = setTimeout(() => {
        this.preparing = false; // a hub that does not answer costs one wait, not one a turn; its next word ends that
        settle();
      }, PREPARE_WAIT);
      const settle = () => {
        clearTimeout(timer);
        this.prepared.delete(id);
        done();
      };
      this.prepared.set(id, settle);
      this.flush();
      this.write({ type: "prepare", id, directory, sessionID: turn.sessionID, agent: turn.agent });
    });
  }

  // ---- the gate of `opencode run`, which answers its own dialogs

  /** @param {string} directory @returns {string[]} */
  topicsOf(directory) {
    return this.topics.get(directory) ?? [];
  }

  /** Whether the hub said hello back; waits for that a bounded time. */
  async hubIsThere() {
    if (this.welcome || !readHub(this.home)) return this.welcome;
    await /** @type {Promise<void>} */ (
      new Promise((done) => {
        this.onWelcome.push(done);
        setTimeout(done, HUB_WAIT);
      })
    );
    return this.welcome;
  }

  /** @param {Gate} gate @returns {Promise<{ action: string, message?: string }>} */
  ask(gate) {
    return new Promise((done) => {
      /** @type {OpenGate} */
      const open = {
        gate,
        settle: (result) => {
          this.gates.delete(gate.id);
          done(result);
        },
      };
      this.gates.set(gate.id, open);
      this.flush();
      if (this.up) this.write({ type: "gate", ...gate });
      else this.expire(open);
    });
  }

  /** @param {OpenGate} open */
  expire(open) {
    this.timer(`gate ${open.gate.id}`, GATE_GRACE, () => {
      if (!this.up)
        open.settle({
          action: "deny",
          message: "Pilot's hub went away, so nobody could approve this. Start it with `pilot up`.",
        });
    });
  }

  /** @param {string} directory @param {any} event */
  release(directory, event) {
    const over = event.type === "session.idle" || (event.type === "session.error" && event.properties.sessionID);
    if (!over) return;
    for (const open of this.gates.values())
      if (open.gate.directory === directory && open.gate.sessionID === event.properties.sessionID) {
        open.settle({ action: "deny", message: "The turn was stopped." });
        this.post({ type: "gate.end", id: open.gate.id });
      }
  }

  // ---- life

  /** One unref'd timer per name; an armed one stays as it is. @param {string} name @param {number} wait @param {() => void} run */
  timer(name, wait, run) {
    if (this.timers[name]) return;
    const timer = setTimeout(() => {
      delete this.timers[name];
      run();
    }, wait);
    timer.unref?.();
    this.timers[name] = timer;
  }

  /** Make way for newer code in the same process. */
  retire() {
    this.retired = true;
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    const socket = this.socket;
    this.socket = null;
    this.up = false;
    socket?.close();
  }
}

/** @param {string[]} args */
function modeOf(args) {
  const first = args.find((arg) => !arg.startsWith("-"));
  return first !== undefined && COMMANDS.includes(first) ? first : "tui";
}

/** @param {string} home @returns {{ url: string, token: string } | null} */
function readHub(home) {
  try {
    const hub = JSON.parse(readFileSync(join(home, "hooks", "opencode.json"), "utf8"));
    return typeof hub.url === "string" && typeof hub.token === "string" ? hub : null;
  } catch {
    return null;
  }
}

/** @param {Instance} instance */
function describe(instance) {
  return { directory: instance.directory, worktree: instance.worktree };
}

/** @param {any} held @param {any} event */
function joinDeltas(held, event) {
  return { ...held, properties: { ...held.properties, delta: held.properties.delta + event.properties.delta } };
}

/** @param {Instance} instance @param {{ method: string, path: string, body?: unknown, directory?: string }} request */
async function fetchFrom(instance, request) {
  const config = instance.client._client.getConfig();
  const headers = new Headers(config.headers);
  headers.set("x-opencode-directory", encodeURIComponent(instance.directory));
  if (request.body !== undefined) headers.set("content-type", "application/json");
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const url = new URL(request.path, config.baseUrl);
  const response = await (config.fetch ?? globalThis.fetch)(
    new Request(url, { method: request.method, headers, body }),
  );
  const text = await response.text();
  const contentType = response.headers.get("content-type") ?? "";
  const next = response.headers.get("x-next-cursor") ?? undefined;
  return {
    status: response.status,
    contentType,
    next,
    body: contentType.includes("json") && text ? JSON.parse(text) : null,
  };
}

/** Turn what would be asked, and so refused by `opencode run` itself, into what the gate decides. @param {any} rules @param {string[]} topics */
function open(rules, topics) {
  if (typeof rules !== "object" || rules === null) return;
  for (const topic of topics)
    for (const name of TOPICS[topic]?.permissions ?? []) {
      const rule = rules[name];
      if (rule === "ask") rules[name] = "allow";
      else if (typeof rule === "object" && rule !== null)
        for (const pattern of Object.keys(rule)) if (rule[pattern] === "ask") rule[pattern] = "allow";
    }
}

/** @param {any} config @param {string[]} topics */
function openConfig(config, topics) {
  if (typeof config.permission === "string") config.permission = { "*": config.permission };
  config.permission ??= {};
  if (config.permission["*"] === "ask")
    for (const topic of topics) for (const name of TOPICS[topic]?.permissions ?? []) config.permission[name] ??= "ask";
  if (topics.includes("outside")) config.permission.external_directory ??= "allow";
  open(config.permission, topics);
  for (const agent of Object.values(config.agent ?? {})) open(agent?.permission, topics);
}

/** @param {string} tool @param {any} args @param {Instance} instance @param {string[]} topics */
function gated(tool, args, instance, topics) {
  const named = topics.some((topic) => TOPICS[topic]?.tools.includes(tool));
  return named || (topics.includes("outside") && reachesOutside(tool, args, instance));
}

/** @param {string} tool @param {any} args @param {Instance} instance */
function reachesOutside(tool, args, instance) {
  // A command is not parsed here: whatever could name a path elsewhere is asked.
  if (tool === "bash") return args.workdir !== undefined || /[/~$`\\]|\.\./.test(String(args.command));
  for (const path of [args.filePath, args.path, args.filepath]) {
    if (typeof path !== "string") continue;
    const way = relative(instance.directory, resolve(instance.directory, path));
    if (way.startsWith("..") || isAbsolute(way)) return true;
  }
  return false;
}

/** @param {string} home @returns {Bridge} */
function bridgeOf(home) {
  const scope = /** @type {{ __pilotBridge?: Bridge }} */ (globalThis);
  const old = scope.__pilotBridge;
  if (old?.version === VERSION && !old.retired) return old;
  const bridge = new Bridge(home, old?.boot ?? crypto.randomUUID());
  if (old) {
    old.retire();
    for (const [directory, instance] of old.instances) bridge.instances.set(directory, instance);
  }
  scope.__pilotBridge = bridge;
  return bridge;
}

/**
 * Join one directory's instance to the process's bridge.
 * @param {Instance} input
 * @param {string} bakedHome the home that was in force when the bridge was installed
 */
export function attach(input, bakedHome) {
  const home = process.env.PILOT_HOME || bakedHome || join(homedir(), ".pilot");
  const bridge = bridgeOf(home);
  const directory = input.directory;
  bridge.instances.set(directory, input);
  bridge.dial();
  if (bridge.up) bridge.post({ type: "instance", ...describe(input) });
  return {
    /** @param {{ event: any }} input */
    event: async ({ event }) => {
      try {
        bridge.forward(directory, event);
        bridge.release(directory, event);
      } catch {
        // An event lost here is found again by the hub's reconciliation.
      }
    },
    /** @param {{ sessionID: string, agent?: string }} turn */
    "chat.message": async (turn) => {
      await bridge.prepare(directory, turn);
    },
    dispose: async () => {
      if (bridge.instances.get(directory) !== input) return;
      bridge.instances.delete(directory);
      bridge.post({ type: "dispose", directory });
    },
    ...(bridge.mode === "run" ? gateHooks(bridge, input) : {}),
  };
}

/** @param {Bridge} bridge @param {Instance} input */
function gateHooks(bridge, input) {
  const wanted = () => {
    try {
      const file = JSON.parse(readFileSync(join(bridge.home, "hooks", "opencode.json"), "utf8"));
      return /** @type {string[]} */ (file.approval?.[input.directory] ?? []);
    } catch {
      return [];
    }
  };
  return {
    /** @param {any} config */
    config: async (config) => {
      if (wanted().length > 0 && (await bridge.hubIsThere())) openConfig(config, bridge.topicsOf(input.directory));
    },
    /** @param {{ tool: string, sessionID: string, callID: string }} call @param {{ args: any }} output */
    "tool.execute.before": async (call, output) => {
      if (!gated(call.tool, output.args, input, bridge.topicsOf(input.directory))) return;
      const { tool, sessionID, callID } = call;
      const id = `gate_${bridge.boot}_${callID}`;
      const result = await bridge.ask({ id, directory: input.directory, tool, sessionID, callID, args: output.args });
      if (result.action !== "allow") throw new Error(result.message || "Denied in Pilot.");
    },
  };
}
