// @ts-check
/**
 * What a person can do; every button and key ends up here.
 *
 * @import * as P from "./protocol.gen"
 * @import { Ui, AskProblem, Decision } from "./types"
 * @import { Store } from "./store.js"
 * @import { Channel } from "./host/channel.js"
 * @import { Editor } from "./host/host"
 * @import { Place } from "./router.js"
 * @import { Router } from "./router.js"
 * @import { Drafts } from "./drafts.js"
 * @import { Sync } from "./sync.js"
 * @typedef {{ store: Store, channel: Channel, pair: (code: string, name: string) => Promise<void>, sync: Sync, drafts: Drafts, uuid: () => string, later: (callback: () => void, ms: number) => unknown, isWide: () => boolean, editor?: Editor | null }} Tools
 */

import { outcome } from "./format.js";
import { CallError } from "./host/channel.js";
import { codeIn } from "./pairing.js";
import { askSeen } from "./reduce.js";
import { isBusy, rootOf, rootOfAsk, rootSessions, sessionToOpen, shownAsk } from "./select.js";
import { asProblem } from "./sync.js";

const ANSWER_SHOWN = 6_000; // ms

export class Actions {
  /** @type {Router | null} */ router = null;
  /** @type {Map<string, string>} idempotency keys by ask and decision: a retry is the same decision */ #keys =
    new Map();
  /** @type {Map<string, Promise<P.SessionOptions>>} */ #options = new Map();

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
    this.drafts = tools.drafts;
    this.editor = tools.editor ?? null;
  }

  /** @param {Place} place */
  onPlace(place) {
    if (place.name === "session") this.#show(place.id);
    else if (place.name === "project") this.#showProject(place.id);
    else if (place.name === "ask") this.#showAsk(place.id);
    else this.store.setUi({ view: place.name, sheet: null });
  }

  /** On a wide screen something is always open. */
  openSomething() {
    const { phase, sessionId } = this.store.ui;
    if (phase !== "ready" || !this.tools.isWide() || (sessionId && this.store.data.sessions[sessionId])) return;
    if (sessionId && this.store.data.transcripts[sessionId]) return;
    const id = sessionToOpen(this.store.data);
    if (id && id !== sessionId) this.#show(id);
  }

  /** @param {string} id */
  openSession(id) {
    this.router?.go({ name: "session", id });
  }

  /** @param {string} id */
  openProject(id) {
    const kept = this.store.ui.lastSessionOf[id];
    const first = kept ?? rootSessions(this.store.data).find((session) => session.projectId === id)?.id;
    if (first) this.openSession(first);
  }

  /** @param {string} id */
  openAsk(id) {
    this.router?.go({ name: "ask", id });
  }

  openList() {
    this.router?.go({ name: "list" });
  }

  openAsks() {
    this.router?.go({ name: "asks" });
  }

  back() {
    this.router?.back();
  }

  /** @param {number} step */
  stepSession(step) {
    const rows = [...document.querySelectorAll("session-rail [data-session]")].map((row) =>
      row.getAttribute("data-session"),
    );
    const shown = this.store.ui.sessionId;
    const at = rows.indexOf(shown && !rows.includes(shown) ? rootOf(this.store.data, shown) : shown);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next) this.openSession(next);
  }

  /** @param {number} step */
  stepAsk(step) {
    const { queue, index } = shownAsk(this.store.data, this.store.ui);
    const next = queue[(index + step + queue.length) % queue.length];
    if (next) this.store.setUi({ askId: next.id, dockFolded: false });
  }

  /** @param {boolean} dockFolded */
  foldDock(dockFolded) {
    this.store.setUi({ dockFolded });
  }

  /** @param {Ui["sheet"]} sheet */
  showSheet(sheet) {
    this.store.setUi({ sheet });
  }

  dismissNotice() {
    this.store.setUi({ notice: null });
  }

  retryNow() {
    this.tools.sync.retryNow();
  }

  /** Have the editor around the page do something. @param {string} command */
  run(command) {
    this.editor?.run(command);
  }

  /** @param {string} sessionId */
  reload(sessionId) {
    return this.tools.sync.want(sessionId);
  }

  /** @param {string} sessionId */
  loadOlder(sessionId) {
    return this.tools.sync.wantOlder(sessionId);
  }

  /**
   * Send a prompt; it shows at once and is taken back into the draft when the hub refuses it.
   * @param {string} sessionId
   * @param {P.PromptRequest} prompt
   */
  async send(sessionId, prompt) {
    const outgoing = { text: prompt.text, state: /** @type {const} */ ("sending") };
    this.drafts.set(sessionId, "");
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
      this.drafts.set(sessionId, prompt.text);
      this.#complain(error);
      return false;
    }
  }

  /** @param {string} sessionId */
  async stop(sessionId) {
    await this.#try(() => this.tools.channel.call("sessions.abort", { id: sessionId }));
  }

  /**
   * Decide an ask on exactly what was shown.
   * @param {P.Ask} ask
   * @param {Decision} decision
   */
  async decide(ask, decision) {
    if (this.store.ui.deciding[ask.id]) return;
    this.#setDeciding(ask.id, decision.kind);
    this.#setAskProblem(ask.id, null);
    try {
      const params = { id: ask.id, digest: ask.digest, ...decision, idempotencyKey: this.#keyFor(ask, decision) };
      this.#answered(await this.tools.channel.call("asks.decide", params));
    } catch (error) {
      await this.#notDecided(ask, error);
    } finally {
      this.#setDeciding(ask.id, null);
    }
  }

  /** @param {string} projectId @param {P.ApprovalTopic[]} topics */
  setProjectApproval(projectId, topics) {
    return this.#try(async () => {
      const project = await this.tools.channel.call("projects.approval", { id: projectId, topics });
      this.store.setData({ ...this.store.data, projects: { ...this.store.data.projects, [projectId]: project } });
    });
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

  /** @param {string} sessionId @returns {Promise<P.FileDiff[]>} */
  async diff(sessionId) {
    return (await this.tools.channel.call("sessions.diff", { id: sessionId })).files;
  }

  /**
   * What a session that is not there yet can be started with; nothing, and why, where the agent cannot be asked.
   * @param {string} agent
   * @param {string} directory
   * @returns {Promise<P.StartOptions & { problem?: AskProblem }>}
   */
  async startOptions(agent, directory) {
    try {
      return await this.tools.channel.call("agents.options", { id: agent, directory });
    } catch (error) {
      return { models: [], policies: [], problem: asProblem(error) };
    }
  }

  /** @param {P.NewSession} request @returns {Promise<AskProblem | null>} */
  async newSession(request) {
    try {
      const { sessionId } = await this.tools.channel.call("sessions.create", request);
      this.store.setUi({ sheet: null });
      this.openSession(sessionId);
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }

  /** Pair this browser with a pasted link or code. @param {string} text @param {string} name @returns {Promise<AskProblem | null>} */
  async pair(text, name) {
    const code = codeIn(text);
    if (!code) return { message: "That is not a pairing link.", hint: "Paste the whole link that pilot open prints." };
    try {
      await this.tools.pair(code, name);
      this.router?.replace({ name: "list" });
      this.store.setUi({ phase: "loading" });
      await this.tools.sync.start();
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }

  /** @param {string} id */
  #show(id) {
    const session = this.store.data.sessions[id];
    const projectId = session?.projectId ?? this.store.ui.projectId;
    const lastSessionOf = session
      ? { ...this.store.ui.lastSessionOf, [session.projectId]: id }
      : this.store.ui.lastSessionOf;
    const moved = id !== this.store.ui.sessionId;
    const view = { view: /** @type {const} */ ("session"), sheet: null };
    this.store.setUi({ ...view, sessionId: id, projectId, lastSessionOf, ...(moved ? { askId: null } : {}) });
    if (this.store.ui.phase === "ready") void this.tools.sync.want(id);
  }

  /** @param {string} id */
  #showProject(id) {
    const first = rootSessions(this.store.data).find((session) => session.projectId === id);
    if (first) this.#show(this.store.ui.lastSessionOf[id] ?? first.id);
    else this.store.setUi({ view: "list", projectId: id });
  }

  /** @param {string} id */
  #showAsk(id) {
    const ask = this.store.data.asks[id];
    if (!ask) {
      const gone = { message: "That ask does not wait any more.", hint: undefined };
      return this.store.setUi({ view: "asks", notice: this.store.ui.phase === "ready" ? gone : null });
    }
    this.#show(rootOfAsk(this.store.data, ask));
    this.store.setUi({ askId: ask.state === "pending" ? id : null, dockFolded: false });
  }

  /** @param {P.Ask} ask */
  #answered(ask) {
    this.store.setData(askSeen(this.store.data, ask));
    this.store.setUi({ answered: ask.id });
    this.tools.later(() => this.store.ui.answered === ask.id && this.store.setUi({ answered: null }), ANSWER_SHOWN);
  }

  /** @param {P.Ask} ask @param {unknown} error */
  async #notDecided(ask, error) {
    const taken = error instanceof CallError && error.code === "already_answered";
    const stale = error instanceof CallError && error.code === "stale_digest";
    if (taken || stale) this.#forgetKeys(ask.id);
    if (stale) await this.#refreshAsks();
    const now = this.store.data.asks[ask.id];
    if (taken && now && now.state !== "pending")
      return this.store.setUi({ answered: ask.id, notice: { message: `Too late: ${lower(outcome(now))}.` } });
    this.#setAskProblem(ask.id, asProblem(error));
  }

  async #refreshAsks() {
    const answer = await this.tools.channel.call("asks.list", {}).catch(() => null);
    for (const ask of answer?.asks ?? []) this.store.setData(askSeen(this.store.data, ask));
  }

  /** @param {P.Ask} ask @param {object} decision */
  #keyFor(ask, decision) {
    const what = `${ask.id} ${ask.digest} ${JSON.stringify(decision)}`;
    const key = this.#keys.get(what) ?? this.tools.uuid();
    this.#keys.set(what, key);
    return key;
  }

  /** @param {string} askId */
  #forgetKeys(askId) {
    for (const what of [...this.#keys.keys()]) if (what.startsWith(`${askId} `)) this.#keys.delete(what);
  }

  /** @param {string} askId @param {string | null} kind */
  #setDeciding(askId, kind) {
    const { [askId]: _was, ...deciding } = this.store.ui.deciding;
    this.store.setUi({ deciding: kind ? { ...deciding, [askId]: kind } : deciding });
  }

  /** @param {string} askId @param {AskProblem | null} problem */
  #setAskProblem(askId, problem) {
    const { [askId]: _was, ...askProblems } = this.store.ui.askProblems;
    this.store.setUi({ askProblems: problem ? { ...askProblems, [askId]: problem } : askProblems });
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

  /** @param {string} sessionId @param {Ui["outbox"][string]} outgoing */
  #setOutbox(sessionId, outgoing) {
    this.store.setUi({ outbox: { ...this.store.ui.outbox, [sessionId]: outgoing } });
  }

  /** @param {() => Promise<unknown>} call */
  async #try(call) {
    try {
      await call();
      return true;
    } catch (error) {
      this.#complain(error);
      return false;
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    if (error instanceof CallError && error.status === 401) this.store.setUi({ phase: "unpaired" });
    else this.store.setUi({ notice: asProblem(error) });
  }
}

/** @param {string} text */
function lower(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
