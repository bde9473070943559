// @ts-check
/**
 * What a person can do; every button and key ends up here.
 *
 * @import * as P from "./protocol.gen"
 * @import { Ui, AskProblem, Decision, Entering } from "./types"
 * @import { Store } from "./store.js"
 * @import { Entered } from "./connection/entering.js"
 * @import { Channel } from "./host/channel.js"
 * @import { PromptQueue } from "./connection/prompt-queue.js"
 * @import { Device, Doorbell, Editor, Outlet } from "./host/host"
 * @import { Lasting } from "./saved.js"
 * @import { Place } from "./router.js"
 * @import { Router } from "./router.js"
 * @import { Drafts } from "./writing/drafts.js"
 * @import { Sync } from "./connection/sync.js"
 * @typedef {{ store: Store, channel: Channel, doorbell: Doorbell, storage?: Lasting, sync: Sync, drafts: Drafts, uuid: () => string, later: (callback: () => void, ms: number) => unknown, isWide: () => boolean, lasting?: Lasting, queue?: PromptQueue | null, device?: Device | null, editor?: Editor | null, outlet?: Outlet }} Tools
 */

import { Deciding } from "./asks/deciding.js";
import { attempt } from "./attempts.js";
import { EntryDesk } from "./connection/entering.js";
import { codeIn } from "./connection/pairing.js";
import { Reach } from "./connection/reach.js";
import { asProblem } from "./connection/sync.js";
import { Files } from "./files/files.js";
import { Frame } from "./frame/frame.js";
import { Library } from "./frame/library.js";
import { Places } from "./frame/places.js";
import { Undoing } from "./frame/undoing.js";
import { Notices } from "./notices/notices.js";
import { Finding } from "./palette/finding.js";
import { Facts } from "./panels/facts.js";
import { Sharing } from "./panels/sharing.js";
import { mayCall, rootOf, shownAsk } from "./select.js";
import { Notifying } from "./settings/notifying.js";
import { Settings } from "./settings/settings.js";
import { Reading } from "./transcript/reading.js";
import { Trust } from "./trust/trust.js";
import { Composing } from "./writing/composing.js";
import { Starting } from "./writing/starting.js";

export class Actions {
  /** @type {Router | null} */ router = null;

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
    this.drafts = tools.drafts;
    this.editor = tools.editor ?? null;
    this.places = new Places(tools);
    this.undoing = new Undoing(tools.store, tools.later);
    this.frame = new Frame(tools, this.undoing, () => this.router);
    this.library = new Library(tools, this.undoing, () => this.router);
    this.deciding = new Deciding(tools);
    this.entry = new EntryDesk(tools);
    this.composing = new Composing(tools);
    this.facts = new Facts(tools);
    this.files = new Files(tools, (place) => this.router?.go(place));
    this.sharing = new Sharing(tools);
    this.reach = new Reach(tools);
    this.settings = new Settings(tools);
    this.notifying = new Notifying(tools);
    this.reading = new Reading(
      tools,
      (sessionId, prompt) => this.send(sessionId, prompt),
      (projectId, path) => this.files.open(projectId, path),
    );
    this.starting = new Starting(tools);
    this.trust = new Trust(tools);
    /** Null inside an editor, which has its own. */
    this.notices = tools.device ? new Notices(tools, tools.device) : null;
    this.finding = new Finding(tools, (sessionId) => this.composing.options(sessionId));
  }

  /** @param {Place} place */
  onPlace(place) {
    this.places.show(place);
  }

  /** On a wide screen something is always open. */
  openSomething() {
    this.places.somethingIfNothing();
  }

  /** @param {string} id @param {string} [item] a message of it */
  openSession(id, item) {
    const { split, sessionId } = this.store.ui;
    if (split.includes(id) && !item) return this.frame.focusColumn(id);
    if (split.length && !item && this.frame.hasColumns) {
      return this.router?.go({ name: "split", ids: split.map((one) => (one === sessionId ? id : one)) });
    }
    this.router?.go({ name: "session", id, item });
  }

  /** @param {string} id of a project, or an absolute folder */
  openProject(id) {
    this.router?.go({ name: "project", id });
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
    const { ui } = this.store;
    const { queue, index } = shownAsk(this.store.data, this.frame.hasColumns ? { ...ui, column: true } : ui);
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

  /** @param {Ui["palettePage"]} [page] */
  openPalette(page = null) {
    if (page && !mayCall(this.store.data, "sessions.prompt")) return;
    this.store.setUi({ sheet: "palette", palettePage: page });
  }

  /** @param {string} [agent] @param {string} [directory] */
  openStart(agent, directory) {
    if (!mayCall(this.store.data, "sessions.create")) return;
    this.store.setUi({ sheet: "new", starting: { ...(agent && { agent }), ...(directory && { directory }) } });
  }

  /** The settings, at one of them. @param {string} name */
  openSetting(name) {
    if (this.editor) return this.run("pilot.settings");
    this.store.setUi({ settingsAt: name });
    this.router?.go({ name: "settings" });
  }

  /** Channels and what goes where: an editor has all other settings itself. */
  openNotifications() {
    if (this.editor) return this.showSheet("notifications");
    this.openSetting("notifications");
  }

  dismissNotice() {
    this.store.setUi({ notice: null });
  }

  retryNow() {
    this.tools.sync.retryNow();
  }

  /** VS Code has settings of its own. */
  openSettings() {
    if (this.editor) return this.run("pilot.settings");
    this.router?.go({ name: "settings" });
  }

  /** @param {string} key of a prompt that waits for the hub */
  cancelWaiting(key) {
    return this.tools.queue?.cancel(key);
  }

  /** Have the editor around the page do something. @param {string} command */
  run(command) {
    this.editor?.run(command);
  }

  /** @param {string} sessionId */
  reload(sessionId) {
    return this.tools.sync.refresh(sessionId);
  }

  /** @param {string} sessionId */
  loadOlder(sessionId) {
    return this.tools.sync.wantOlder(sessionId);
  }

  /** @param {string} sessionId @param {P.PromptRequest} prompt */
  send(sessionId, prompt) {
    return this.composing.sendWithPictures(sessionId, prompt);
  }

  /** @param {string} sessionId */
  stop(sessionId) {
    return this.composing.stop(sessionId);
  }

  /** @param {P.Ask} ask @param {Decision} decision */
  decide(ask, decision) {
    return this.deciding.decide(ask, decision);
  }

  /** @param {string} projectId @param {P.ApprovalTopic[]} topics */
  setProjectApproval(projectId, topics) {
    return attempt(this.store, async () => {
      const project = await this.tools.channel.call("projects.approval", { id: projectId, topics });
      this.store.setData({ ...this.store.data, projects: { ...this.store.data.projects, [projectId]: project } });
    });
  }

  /** @param {string} sessionId */
  options(sessionId) {
    return this.composing.options(sessionId);
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
      this.starting.remember(request);
      this.store.setUi({ sheet: null, starting: null });
      this.openSession(sessionId);
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }

  /** Pair this browser with a pasted link or code. @param {string} text @param {string} name @returns {Promise<AskProblem | null>} */
  async pair(text, name) {
    const code = codeIn(text);
    if (!code) return { message: "That is no pairing link or code.", hint: "A short code looks like ABCD-EFGH." };
    const entered = await this.entry.enter(code, name);
    return this.#entered(entered);
  }

  /** Go on waiting for the yes that was asked for before the page was left. @param {Entering} waiting */
  async resumePairing(waiting) {
    return this.#entered(await this.entry.resume(waiting));
  }

  /** @param {Entered} entered @returns {Promise<AskProblem | null>} */
  async #entered(entered) {
    if (entered === "left") return null;
    if (entered !== "in") return entered;
    this.store.setUi({ phase: "loading", failure: null });
    this.router?.replace(this.router.place); // the page's own address, not that of the link
    await this.tools.sync.start();
    this.router?.moved();
    return null;
  }
}
