// @ts-check
/**
 * @import { Store } from "../store.js"
 * @import { Channel } from "../host/channel.js"
 * @import { Place, SessionPlace } from "../router.js"
 * @import { Sync } from "../connection/sync.js"
 * @import { Ui } from "../types"
 */

import { asProblem } from "../connection/sync.js";
import { isWholePath } from "../format.js";
import { mayCall, rootOfAsk, rootSessions, sessionToOpen } from "../select.js";
import { chosenTab } from "./tabs.js";

const AWAITED = 5_000; // ms

/** Shows what the address says. */
export class Places {
  #awaited = { projectId: "", until: 0 }; // a project that was to be shown before the page knew it

  /** @param {{ store: Store, channel: Channel, sync: Sync, isWide: () => boolean, editor?: object | null }} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /** @param {Place} place */
  show(place) {
    this.#awaited.until = 0;
    const only = this.store.data.viewer?.sessionId;
    if (only && place.name !== "session" && place.name !== "settings")
      return this.#session({ name: "session", id: only });
    switch (place.name) {
      case "session":
        return this.#session(place);
      case "project":
        return void this.#project(place.id);
      case "ask":
        return this.#ask(place.id);
      case "split":
        return this.#split(place.ids);
      case "files":
        return this.store.setUi({
          view: "files",
          files: { projectId: place.id, path: place.path ?? null, line: place.line ?? null },
          sheet: null,
        });
      case "settings":
        return this.store.setUi({ sheet: this.tools.editor ? "notifications" : "settings" }); // an editor has the others itself
      default:
        return this.store.setUi({ view: place.name, sheet: null });
    }
  }

  /** On a wide screen something is always open. */
  somethingIfNothing() {
    const { projectId: awaited, until } = this.#awaited;
    if (until > Date.now() && this.store.data.projects[awaited]) return this.show({ name: "project", id: awaited });
    const { phase, sessionId, projectId, view } = this.store.ui;
    const only = this.store.data.viewer?.sessionId;
    if (phase === "ready" && only && !sessionId) return this.#session({ name: "session", id: only });
    if (phase !== "ready" || view === "files" || !this.tools.isWide()) return;
    if (sessionId && this.store.data.sessions[sessionId]) return;
    if (sessionId ? this.store.data.transcripts[sessionId] : projectId && view === "session") return;
    const id = sessionToOpen(this.store.data);
    if (id && id !== sessionId) this.#session({ name: "session", id }, this.store.ui.sheet); // it stays: an address led there
  }

  /** @param {SessionPlace} place @param {Ui["sheet"]} [sheet] that is open then */
  #session({ id, item = undefined }, sheet = null) {
    this.#look(id, [], sheet);
    if (item) this.store.setUi({ itemId: item });
    if (this.store.ui.phase === "ready") void this.tools.sync.want(id);
  }

  /** @param {string[]} ids */
  #split(ids) {
    const first = ids.find((id) => id === this.store.ui.sessionId) ?? ids[0];
    if (!first) return;
    this.#look(first, ids);
    if (this.store.ui.phase === "ready") for (const id of ids) void this.tools.sync.want(id);
  }

  /** @param {string} id @param {string[]} split @param {Ui["sheet"]} [sheet] */
  #look(id, split, sheet = null) {
    const session = this.store.data.sessions[id];
    const { lastSessionOf, ...ui } = this.store.ui;
    const reopens = session && ui.tabs.closed[session.projectId] !== undefined;
    this.store.setUi({
      ...(reopens && { tabs: chosenTab(this.store.data, this.store.ui, session.projectId) }),
      view: "session",
      sheet,
      drawer: false,
      sessionId: id,
      split,
      projectId: session?.projectId ?? ui.projectId,
      lastSessionOf: session ? { ...lastSessionOf, [session.projectId]: id } : lastSessionOf,
      ...(id !== ui.sessionId && { askId: null, itemId: null }),
    });
  }

  /** @param {string} id of a project, or an absolute folder */
  async #project(id) {
    const { projects } = this.store.data;
    const known = projects[id] ?? Object.values(projects).find((project) => project.directory === id);
    if (known) return this.#showProject(known.id);
    this.store.setUi({ view: "list", sheet: null });
    this.#awaited = { projectId: id, until: Date.now() + AWAITED }; // the hub's word of it may be on its way
    if (!isWholePath(id) || this.store.ui.phase !== "ready" || !mayCall(this.store.data, "projects.open")) return;
    try {
      const project = await this.tools.channel.call("projects.open", { directory: id });
      this.store.setData({ ...this.store.data, projects: { ...this.store.data.projects, [project.id]: project } });
      this.#showProject(project.id);
    } catch (error) {
      this.store.setUi({ notice: asProblem(error) });
    }
  }

  /** @param {string} id */
  #showProject(id) {
    this.store.setUi({ tabs: chosenTab(this.store.data, this.store.ui, id) });
    const { sessions } = this.store.data;
    const kept = this.store.ui.lastSessionOf[id];
    const first = rootSessions(this.store.data).find((session) => session.projectId === id)?.id;
    const shown = kept && sessions[kept] ? kept : first;
    if (shown) return this.#session({ name: "session", id: shown });
    this.store.setUi({ view: "session", sheet: null, sessionId: null, split: [], projectId: id, drawer: false });
  }

  /** @param {string} id */
  #ask(id) {
    const ask = this.store.data.asks[id];
    if (!ask) {
      const gone = { message: "That ask does not wait any more.", hint: undefined };
      return this.store.setUi({ view: "asks", notice: this.store.ui.phase === "ready" ? gone : null });
    }
    this.#session({ name: "session", id: rootOfAsk(this.store.data, ask) });
    this.store.setUi({ askId: ask.state === "pending" ? id : null, dockFolded: false });
  }
}
