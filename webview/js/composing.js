// @ts-check
/**
 * @import * as P from "./protocol.gen"
 * @import { Outgoing, Picked } from "./types"
 * @import { Tools } from "./actions.js"
 */
import { attempt, complain } from "./attempts.js";
import { isBusy, isStoppable } from "./select.js";

/** Sends prompts, and knows what they can be made of. */
export class Composing {
  /** @type {Map<string, Promise<P.SessionOptions>>} */ #options = new Map();

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /**
   * Send a prompt; it shows at once and is taken back into the draft when the hub refuses it.
   * @param {string} sessionId
   * @param {P.PromptRequest} prompt
   */
  async send(sessionId, prompt) {
    const outgoing = { text: prompt.text, state: /** @type {const} */ ("sending") };
    this.tools.drafts.set(sessionId, "");
    this.#setOutbox(sessionId, [...this.#outbox(sessionId), outgoing]);
    try {
      await this.tools.channel.call("sessions.prompt", { id: sessionId, ...prompt });
      const state = this.#waits(sessionId, prompt) ? "queued" : "accepted";
      this.#setOutbox(
        sessionId,
        this.#outbox(sessionId).map((other) => (other === outgoing ? { ...other, state } : other)),
      );
      return true;
    } catch (error) {
      this.#setOutbox(
        sessionId,
        this.#outbox(sessionId).filter((other) => other !== outgoing),
      );
      this.tools.drafts.set(sessionId, prompt.text);
      complain(this.store, error);
      return false;
    }
  }

  /** @param {string} sessionId */
  async stop(sessionId) {
    await attempt(this.store, () => this.tools.channel.call("sessions.abort", { id: sessionId }));
  }

  /** Stop the turn that is in view, if one runs. @returns {boolean} whether there was one */
  stopShown() {
    const { sessionId, view } = this.store.ui;
    const session = sessionId ? this.store.data.sessions[sessionId] : undefined;
    const inView = view === "session" || this.tools.isWide();
    if (!session || !inView || !isStoppable(this.store.data, session)) return false;
    void this.stop(session.id);
    return true;
  }

  /** @param {string} sessionId @returns {Promise<P.SessionOptions>} */
  options(sessionId) {
    const known = this.#options.get(sessionId);
    if (known) return known;
    const asked = this.tools.channel.call("sessions.options", { id: sessionId }).catch(() => {
      this.#options.delete(sessionId);
      return { modes: [], models: [], commands: [] };
    });
    this.#options.set(sessionId, asked);
    return asked;
  }

  /** Choose what the next prompt of a session runs with. @param {string} sessionId @param {Picked} choice */
  pick(sessionId, choice) {
    const { picked } = this.store.ui;
    this.store.setUi({ picked: { ...picked, [sessionId]: { ...picked[sessionId], ...choice } } });
  }

  /** Whether an accepted prompt stays aside until the running turn ends. @param {string} sessionId @param {P.PromptRequest} prompt */
  #waits(sessionId, prompt) {
    const session = this.store.data.sessions[sessionId];
    if (!session || !isBusy(session)) return false;
    return prompt.when === "turn_end" || session.capabilities.prompt === "at_turn_end";
  }

  /** @param {string} sessionId */
  #outbox(sessionId) {
    return this.store.ui.outbox[sessionId] ?? [];
  }

  /** @param {string} sessionId @param {Outgoing[]} outgoing */
  #setOutbox(sessionId, outgoing) {
    this.store.setUi({ outbox: { ...this.store.ui.outbox, [sessionId]: outgoing } });
  }
}
