// @ts-check
const GRACE = 5000; // ms a held call waits for a hub that went away
const GONE = "Pilot's hub went away, so nobody could approve this. Start it with `pilot up`.";

/**
 * @typedef {{ id: string, directory: string, tool: string, sessionID: string, callID: string, args: unknown }} Gate
 * @typedef {{ action: string, message?: string }} Result
 */

/** Tool calls of `opencode run` that wait for the hub; without one they are denied, never let go. */
export class Gates {
  /** @type {Map<string, { gate: Gate, settle: (result: Result) => void }>} */
  #open = new Map();

  /** @param {() => boolean} up whether the hub is there */
  constructor(up) {
    this.up = up;
  }

  /** @param {Gate} gate @param {(frame: Record<string, unknown>) => void} write @returns {Promise<Result>} */
  ask(gate, write) {
    return new Promise((done) => {
      const settle = (/** @type {Result} */ result) => {
        this.#open.delete(gate.id);
        done(result);
      };
      this.#open.set(gate.id, { gate, settle });
      if (this.up()) write({ type: "gate", ...gate });
      else this.#expire(gate.id);
    });
  }

  /** Ask again, over a new connection. @param {(frame: Record<string, unknown>) => void} write */
  repeat(write) {
    for (const { gate } of this.#open.values()) write({ type: "gate", ...gate });
  }

  /** @param {Result & { id: string }} result */
  settle(result) {
    this.#open.get(result.id)?.settle(result);
  }

  /** The hub is gone; give it a moment to come back. */
  lost() {
    for (const id of this.#open.keys()) this.#expire(id);
  }

  /** Let go of what a turn holds that is over. @param {string} directory @param {any} event @returns {string[]} */
  release(directory, event) {
    const session = event.properties?.sessionID;
    if (!session || (event.type !== "session.idle" && event.type !== "session.error")) return [];
    const over = [...this.#open.values()].filter(
      ({ gate }) => gate.directory === directory && gate.sessionID === session,
    );
    for (const { settle } of over) settle({ action: "deny", message: "The turn was stopped." });
    return over.map(({ gate }) => gate.id);
  }

  /** @param {string} id */
  #expire(id) {
    setTimeout(() => {
      if (!this.up()) this.settle({ id, action: "deny", message: GONE });
    }, GRACE);
  }
}
