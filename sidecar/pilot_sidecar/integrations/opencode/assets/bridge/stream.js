// @ts-check
const WINDOW = 40; // ms between two frames of one part
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

/** Makes OpenCode's many small events into few: the first of a part goes at once, then one a window. */
export class Stream {
  /** @type {Map<string, { directory: string, event: any, fresh: boolean }>} */
  #held = new Map();
  /** @type {Map<string, number>} characters of each part so far */
  #lengths = new Map();
  #ticking = false;

  /** @param {(directory: string, event: any) => void} send */
  constructor(send) {
    this.send = send;
  }

  /** @param {string} directory @param {any} event */
  take(directory, event) {
    if (NOISE.has(event.type)) return;
    const { part, partID } = event.properties ?? {};
    if (event.type === "message.part.delta") return this.#hold(`d:${partID}`, directory, this.#placed(event), joined);
    if (part?.type === "tool" && part.state?.status === "running" && part.state.metadata)
      return this.#hold(`t:${part.id}`, directory, event, (_, latest) => latest);
    this.flush();
    this.#measure(event);
    this.send(directory, event);
  }

  /** What is held comes before whatever follows. */
  flush() {
    for (const held of this.#held.values()) {
      if (held.fresh) this.send(held.directory, held.event);
      held.fresh = false;
    }
  }

  /** @param {string} key @param {string} directory @param {any} event @param {(held: any, event: any) => any} join */
  #hold(key, directory, event, join) {
    const held = this.#held.get(key);
    if (held) {
      held.event = held.fresh ? join(held.event, event) : event;
      held.fresh = true;
      return;
    }
    this.#held.set(key, { directory, event, fresh: false });
    this.send(directory, event);
    this.#arm();
  }

  #arm() {
    if (this.#ticking || this.#held.size === 0) return;
    this.#ticking = true;
    setTimeout(() => this.#tick(), WINDOW).unref?.();
  }

  #tick() {
    this.#ticking = false;
    for (const [key, held] of this.#held) {
      if (held.fresh) this.send(held.directory, held.event);
      else this.#held.delete(key);
      held.fresh = false;
    }
    this.#arm();
  }

  /** Give a delta its offset, in UTF-16 units as the dashboard counts. @param {any} event */
  #placed(event) {
    const { partID, delta } = event.properties;
    const offset = this.#lengths.get(partID) ?? 0;
    this.#lengths.set(partID, offset + delta.length);
    return { ...event, properties: { ...event.properties, offset } };
  }

  /** @param {any} event */
  #measure(event) {
    const part = event.type === "message.part.updated" ? event.properties.part : undefined;
    if (typeof part?.text !== "string") return;
    if (part.time?.end) this.#lengths.delete(part.id);
    else this.#lengths.set(part.id, part.text.length);
    const oldest = this.#lengths.size > PARTS ? this.#lengths.keys().next().value : undefined;
    if (oldest !== undefined) this.#lengths.delete(oldest);
  }
}

/** @param {any} held @param {any} event */
function joined(held, event) {
  return { ...held, properties: { ...held.properties, delta: held.properties.delta + event.properties.delta } };
}
