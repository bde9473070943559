// @ts-check
import { askAlone } from "./alone.js";
import { Gates } from "./gates.js";
import { Guard } from "./guard.js";
import { readHub, readTopics } from "./hub.js";
import { Outbox } from "./outbox.js";
import { answer } from "./requests.js";
import { Stream } from "./stream.js";

export const VERSION = "__PILOT_VERSION__";
const PROTOCOL = 1;
const SOCKET_BYTES = 1_000_000; // unsent bytes at which a stuck hub's frames wait in our bounded queue instead
const DRAIN = 50; // ms
const RETRY_MIN = 250; // ms
const RETRY_MAX = 2000; // ms
const HUB_WAIT = 1000; // ms a gated `opencode run` waits for the hub at its start
const PREPARE_WAIT = 500; // ms a turn waits for its approval mode, where one was chosen
const COMMANDS = ["run", "serve", "web", "acp", "attach", "tui"];
const ENDS = new Set(["permission.replied", "question.replied", "question.rejected"]);

/** One connection to the hub for all directories of an OpenCode process. */
export class Bridge {
  version = VERSION;
  mode = modeOf(process.argv.slice(2));
  /** @type {Map<string, import("./requests.js").Instance>} */
  instances = new Map();
  guard = new Guard();
  retired = false;
  up = false;
  #outbox = new Outbox();
  #stream = new Stream((directory, event) => this.#event(directory, event));
  #gates = new Gates(() => this.up);
  /** Whether the hub said hello back. */
  #welcome = false;
  /** @type {(() => void)[]} */
  #onWelcome = [];
  /** Whether somebody chose an approval mode: then turns wait a moment for it. */
  #preparing = false;
  /** @type {Map<number, (told: boolean) => void>} */
  #prepared = new Map();
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  #seq = 0;
  /** @type {Record<string, any>} */
  #timers = {};

  /** @param {string} home @param {string} boot */
  constructor(home, boot) {
    this.home = home;
    this.boot = boot;
    process.env.PILOT_AGENT = boot; // what this process starts can be told from what a person starts
  }

  /** Connect, and go on trying; never waits. */
  dial() {
    if (this.retired || this.#socket || this.#timers.retry) return;
    const hub = readHub(this.home);
    if (!hub) return this.#later();
    let socket;
    try {
      // Bun's WebSocket takes headers; the type of browsers does not.
      socket = new WebSocket(hub.url, /** @type {any} */ ({ headers: { authorization: `Bearer ${hub.token}` } }));
    } catch {
      return this.#later();
    }
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (message) => this.#received(message.data);
    socket.onerror = () => {};
    socket.onclose = () => this.#socket === socket && this.#closed();
  }

  /** Take an event of OpenCode's. @param {string} directory @param {any} event */
  forward(directory, event) {
    this.guard.notice(event);
    this.#stream.take(directory, event);
    for (const id of this.#gates.release(directory, event)) this.post({ type: "gate.end", id });
  }

  /** Send now, or as soon as the hub takes it. @param {Record<string, unknown>} frame @param {string} [ask] */
  post(frame, ask) {
    if (this.up && this.#outbox.size === 0 && this.#flows()) return this.#write(frame);
    this.#outbox.push(this.#encode(frame), ask);
    if (this.up) this.#timer("drain", DRAIN, () => this.#drain());
  }

  /** Whether the hub said hello back; waits for that a bounded time. */
  async hubIsThere() {
    if (this.#welcome || !readHub(this.home)) return this.#welcome;
    await /** @type {Promise<void>} */ (
      new Promise((done) => {
        this.#onWelcome.push(done);
        setTimeout(done, HUB_WAIT);
      })
    );
    return this.#welcome;
  }

  /** Hold a tool call until the hub says what becomes of it. @param {import("./gates.js").Gate} gate */
  ask(gate) {
    this.#stream.flush();
    return this.#gates.ask(gate, (frame) => this.#write(frame));
  }

  /** Have the approval mode in force before a turn starts; what is not in time is held. @param {string} directory @param {{ sessionID: string, agent?: string }} turn */
  async prepare(directory, turn) {
    if (!this.#welcome && readTopics(this.home, directory).length > 0) await this.hubIsThere();
    if (!(await this.#prepare(directory, turn))) await this.#askAlone(directory, turn);
    this.guard.begin(turn.sessionID);
  }

  /** Without a hub, or past one that is stuck, its choice goes on, in OpenCode's own dialog. @param {string} directory @param {{ sessionID: string, agent?: string }} turn */
  async #askAlone(directory, turn) {
    const topics = this.guard.wanted(directory, turn.sessionID);
    if (this.mode === "run" || this.guard.isRuled(turn.sessionID, topics)) return;
    if (await askAlone(this.instances, directory, turn, topics)) this.guard.rule(turn.sessionID, topics);
  }

  /** Whether the hub said that it did. @param {string} directory @param {{ sessionID: string, agent?: string }} turn */
  #prepare(directory, turn) {
    if (!this.up || !this.#preparing) return Promise.resolve(false);
    this.#stream.flush();
    const id = ++this.#seq;
    return /** @type {Promise<boolean>} */ (
      new Promise((done) => {
        // A hub that does not answer costs one wait, not one a turn; its late answer ends that.
        const timer = setTimeout(() => {
          this.#preparing = false;
          settle(false);
        }, PREPARE_WAIT);
        const settle = (/** @type {boolean} */ told) => {
          clearTimeout(timer);
          this.#prepared.delete(id);
          done(told);
        };
        this.#prepared.set(id, settle);
        this.#write({ type: "prepare", id, directory, sessionID: turn.sessionID, agent: turn.agent });
      })
    );
  }

  /** Make way for newer code in the same process. */
  retire() {
    this.retired = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = null;
    this.up = false;
    this.#gates.lost();
    socket?.close();
  }

  #opened() {
    this.up = true;
    this.#tries = 0;
    const queued = this.#outbox.size;
    const instances = [...this.instances.values()].map(describe);
    const who = { boot: this.boot, pid: process.pid, mode: this.mode, cwd: process.cwd(), instances };
    const dropped = this.#outbox.takeDropped();
    this.#write({ type: "hello", protocol: PROTOCOL, plugin: VERSION, ...who, queued, dropped, guards: true });
    this.#gates.repeat((frame) => this.#write(frame));
    for (let text = this.#outbox.shift(); text !== undefined; text = this.#outbox.shift()) this.#socket?.send(text);
    this.#write({ type: "live" });
  }

  #closed() {
    this.#socket = null;
    this.up = this.#welcome = this.#preparing = false;
    for (const settle of [...this.#prepared.values()]) settle(false);
    for (const tell of this.#onWelcome.splice(0)) tell();
    this.#gates.lost();
    this.#later();
  }

  /** @param {unknown} data */
  #received(data) {
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    if (frame.type === "rpc") void this.#call(frame);
    else if (frame.type === "ping") this.#write({ type: "pong", id: frame.id });
    else if (frame.type === "gate.result") this.#gates.settle(frame);
    else if (frame.type === "prepared") {
      this.#preparing = true;
      this.#prepared.get(frame.id)?.(true);
    } else if (frame.type === "ruled") {
      this.guard.rule(frame.sessionID, frame.topics);
    } else if (frame.type === "config") {
      this.guard.choose(frame);
      this.#preparing = frame.prepare === true;
      this.#welcome = true;
      for (const tell of this.#onWelcome.splice(0)) tell();
    }
  }

  /** @param {import("./requests.js").Request_} request */
  async #call(request) {
    const reply = await answer(this.instances, request);
    this.#stream.flush();
    if (this.up) this.#write(reply);
  }

  /** @param {string} directory @param {any} event */
  #event(directory, event) {
    if (!this.up && ENDS.has(event.type) && this.#outbox.withdraw(event.properties.requestID)) return;
    this.post({ type: "event", directory, event }, event.type.endsWith(".asked") ? event.properties.id : undefined);
  }

  #drain() {
    while (this.up && this.#outbox.size > 0 && this.#flows()) this.#socket?.send(this.#outbox.shift() ?? "");
    if (!this.up) return;
    if (this.#outbox.size > 0) return this.#timer("drain", DRAIN, () => this.#drain());
    const dropped = this.#outbox.takeDropped();
    if (dropped > 0) this.#write({ type: "live", dropped });
  }

  #flows() {
    return (this.#socket?.bufferedAmount ?? 0) < SOCKET_BYTES;
  }

  /** @param {Record<string, unknown>} frame */
  #write(frame) {
    this.#socket?.send(this.#encode(frame));
  }

  /** @param {Record<string, unknown>} frame */
  #encode(frame) {
    return JSON.stringify({ ...frame, seq: ++this.#seq });
  }

  #later() {
    const wait = Math.min(RETRY_MAX, RETRY_MIN * 2 ** this.#tries++);
    this.#timer("retry", wait * (0.8 + Math.random() * 0.2), () => this.dial());
  }

  /** One timer per name, which keeps no process alive; an armed one stays as it is. @param {string} name @param {number} wait @param {() => void} run */
  #timer(name, wait, run) {
    if (this.#timers[name]) return;
    const timer = setTimeout(() => {
      delete this.#timers[name];
      run();
    }, wait);
    timer.unref?.();
    this.#timers[name] = timer;
  }
}

/** @param {import("./requests.js").Instance} instance */
export function describe(instance) {
  return { directory: instance.directory, worktree: instance.worktree };
}

/** @param {string[]} args */
function modeOf(args) {
  const first = args.find((arg) => !arg.startsWith("-"));
  return first !== undefined && COMMANDS.includes(first) ? first : "tui";
}
