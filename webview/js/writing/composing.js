// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Outgoing, Picked, Picture } from "../types"
 * @import { Tools } from "../actions.js"
 */
import { attempt, complain } from "../attempts.js";
import { isBusy, isStoppable } from "../select.js";
import { forgetSent, rememberSent, sentBefore } from "./history.js";
import { savedPicks, savePick } from "./picks.js";
import { readPicture, whyNoMore } from "./sent-pictures.js";

/** Sends prompts, and knows what they can be made of. */
export class Composing {
  /** @type {Map<string, Promise<P.SessionOptions>>} */ #options = new Map();

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
    this.store.setUi({ picked: savedPicks(tools.lasting) });
    this.store.subscribe(() => this.store.ui.phase === "unpaired" && forgetSent(tools.lasting));
  }

  /**
   * Send a prompt; it shows at once and is taken back into the draft when the hub refuses it.
   * @param {string} sessionId
   * @param {P.PromptRequest} prompt
   */
  async send(sessionId, prompt) {
    this.#rememberSent(sessionId, prompt.text);
    const { queue } = this.tools;
    this.tools.drafts.set(sessionId, "");
    if (queue?.isNeeded(sessionId)) return queue.add(sessionId, prompt).then(() => true);
    const key = this.tools.uuid();
    const at = queue?.now ?? 0;
    const pictures = prompt.attachments?.length;
    const outgoing = { text: prompt.text, state: /** @type {const} */ ("sending"), ...(pictures && { pictures }) };
    this.#setOutbox(sessionId, [...this.#outbox(sessionId), outgoing]);
    try {
      await this.tools.channel.call("sessions.prompt", {
        id: sessionId,
        ...prompt,
        ...(queue && { idempotencyKey: key }),
      });
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
      if (queue?.isUncertain(error)) return queue.addTried(sessionId, prompt, key, at).then(() => true);
      this.#backToDraft(sessionId, prompt.text);
      complain(this.store, error);
      return false;
    }
  }

  /** Before what was begun meanwhile. @param {string} sessionId @param {string} text */
  #backToDraft(sessionId, text) {
    const begun = this.tools.drafts.get(sessionId);
    this.tools.drafts.set(sessionId, [text, begun].filter(Boolean).join("\n\n"));
    this.store.setUi({ draftsChanged: this.store.ui.draftsChanged + 1 });
  }

  /** @param {string} sessionId */
  async stop(sessionId) {
    await attempt(this.store, () => this.tools.channel.call("sessions.abort", { id: sessionId }));
  }

  /**
   * Send a prompt with the pictures that wait beside it; they come back with it when it is refused.
   * @param {string} sessionId
   * @param {P.PromptRequest} prompt
   */
  async sendWithPictures(sessionId, prompt) {
    const pictures = this.pictures(sessionId);
    if (!pictures.length) return this.send(sessionId, prompt);
    this.#setPictures(sessionId, []);
    const attachments = pictures.map(({ name, mime, data }) => ({ name, mime, data }));
    const sent = await this.send(sessionId, { ...prompt, attachments });
    if (!sent) this.#setPictures(sessionId, [...pictures, ...this.pictures(sessionId)]);
    return sent;
  }

  /** @param {string} sessionId @returns {Picture[]} */
  pictures(sessionId) {
    return this.store.ui.pictures[sessionId] ?? [];
  }

  /** @param {string} sessionId @param {Iterable<File>} files */
  async addPictures(sessionId, files) {
    for (const file of files) {
      const read = await readPicture(file, this.tools.uuid());
      const problem = "problem" in read ? read.problem : whyNoMore(this.pictures(sessionId), read.picture);
      if (problem) this.store.setUi({ notice: { message: problem } });
      else if ("picture" in read) this.#setPictures(sessionId, [...this.pictures(sessionId), read.picture]);
    }
  }

  /** @param {string} sessionId @param {string} id */
  dropPicture(sessionId, id) {
    this.#setPictures(
      sessionId,
      this.pictures(sessionId).filter((picture) => picture.id !== id),
    );
  }

  /** Files and folders for part of a name; none when the agent cannot say. @param {string} sessionId @param {string} query @returns {Promise<string[]>} */
  async mentions(sessionId, query) {
    const asked = { id: sessionId, query: query.slice(0, 200) };
    const { paths } = await this.tools.channel.call("sessions.mentions", asked).catch(() => ({ paths: [] }));
    return paths;
  }

  /** @param {string} sessionId */
  sentBefore(sessionId) {
    const project = this.store.data.sessions[sessionId]?.projectId ?? "";
    return sentBefore(this.tools.lasting, project, sessionId);
  }

  /** @param {string} sessionId @param {string} text */
  #rememberSent(sessionId, text) {
    const project = this.store.data.sessions[sessionId]?.projectId ?? "";
    rememberSent(this.tools.lasting, { project, session: sessionId, text });
  }

  /** @param {string} sessionId @param {Picture[]} pictures */
  #setPictures(sessionId, pictures) {
    this.store.setUi({ pictures: { ...this.store.ui.pictures, [sessionId]: pictures } });
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
    const picked = { ...this.store.ui.picked, [sessionId]: { ...this.store.ui.picked[sessionId], ...choice } };
    savePick(this.tools.lasting, sessionId, picked[sessionId] ?? {});
    this.store.setUi({ picked });
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
