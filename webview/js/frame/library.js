// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @import { Router } from "../router.js"
 * @import { Undoing } from "./undoing.js"
 */
import { attempt } from "../attempts.js";
import { asProblem } from "../connection/sync.js";
import { splitPlace } from "../router.js";
import { rootOf, rootSessions, titleOf } from "../select.js";

const SEARCH_PAUSE = 250; // ms after the last key
const SEARCH_LIMIT = 50; // hits

/** What people keep of their sessions: names, labels, the archive; deleting, and finding words in all of them. */
export class Library {
  #search = 0;

  /** @param {Tools} tools @param {Undoing} undoing @param {() => Router | null} router */
  constructor(tools, undoing, router) {
    this.tools = tools;
    this.store = tools.store;
    this.undoing = undoing;
    this.router = router;
  }

  /** @param {string} id @returns {P.SessionMark} */
  markOf(id) {
    return this.store.data.marks[id] ?? { sessionId: id, labels: [], archived: false, todosPinned: false };
  }

  /** All labels in use. @returns {string[]} */
  get labels() {
    const { marks, sessions } = this.store.data;
    const used = Object.values(marks).flatMap((mark) => (sessions[mark.sessionId] ? mark.labels : []));
    return [...new Set(used)].sort((a, b) => a.localeCompare(b));
  }

  /** @param {string} id @param {string} name empty: the agent's title again */
  async rename(id, name) {
    const before = this.markOf(id).name ?? "";
    if (name.trim() === before) return true;
    const done = await this.#mark({ id, name: name.trim() });
    if (done) this.undoing.offer("The session was renamed.", () => this.#mark({ id, name: before }));
    return done;
  }

  /** @param {string} id @param {string[]} labels */
  label(id, labels) {
    return this.#mark({ id, labels: [...new Set(labels.map((label) => label.trim()).filter(Boolean))] });
  }

  /** @param {string} id @param {boolean} archived */
  async archive(id, archived) {
    if (!(await this.#mark({ id, archived }))) return;
    const what = `${this.#titleOf(id)} was ${archived ? "archived" : "taken out of the archive"}.`;
    this.undoing.offer(what, () => this.#mark({ id, archived: !archived }));
  }

  /** @param {string} id */
  async remove(id) {
    const { sessionId, split } = this.store.ui;
    const title = this.#titleOf(id);
    const inView = sessionId !== null && rootOf(this.store.data, sessionId) === id;
    if (!(await attempt(this.store, () => this.tools.channel.call("sessions.delete", { id })))) return;
    this.undoing.offer(`${title} was deleted.`, () => this.#restore(id, inView));
    if (split.includes(id)) this.router()?.go(splitPlace(split.filter((other) => other !== id)));
    else if (inView) this.#openAnother(id);
  }

  /** @param {string} id */
  editName(id) {
    this.store.setUi({ sheet: "rename", marking: id });
  }

  /** @param {string} id */
  editLabels(id) {
    this.store.setUi({ sheet: "labels", marking: id });
  }

  /** Look for words in all transcripts, once the person stops typing. @param {string} query */
  search(query) {
    const turn = ++this.#search;
    if (query.trim().length < 2) return this.store.setUi({ found: null });
    const known = this.store.ui.found;
    this.store.setUi({ found: { query, state: "loading", hits: known?.hits ?? [], more: false } });
    this.tools.later(() => turn === this.#search && this.#look(query, turn), SEARCH_PAUSE);
  }

  endSearch() {
    this.#search++;
    this.store.setUi({ found: null });
  }

  /** @param {string} query @param {number} turn */
  async #look(query, turn) {
    const found = await this.tools.channel
      .call("sessions.search", { query: query.trim(), limit: SEARCH_LIMIT })
      .then(({ hits, more = false }) => ({ query, state: /** @type {const} */ ("ready"), hits, more }))
      .catch((error) => ({
        query,
        state: /** @type {const} */ ("failed"),
        hits: [],
        more: false,
        problem: asProblem(error),
      }));
    if (turn === this.#search) this.store.setUi({ found });
  }

  /** @param {P.Calls["sessions.mark"]["params"]} change */
  #mark(change) {
    return attempt(this.store, async () => {
      const mark = await this.tools.channel.call("sessions.mark", change);
      this.store.setData({ ...this.store.data, marks: { ...this.store.data.marks, [change.id]: mark } });
    });
  }

  /** @param {string} id @param {boolean} wasInView */
  #restore(id, wasInView) {
    return attempt(this.store, async () => {
      const session = await this.tools.channel.call("sessions.restore", { id });
      this.store.setData({ ...this.store.data, sessions: { ...this.store.data.sessions, [id]: session } });
      if (wasInView) this.router()?.go({ name: "session", id });
    });
  }

  /** @param {string} gone */
  #openAnother(gone) {
    const project = this.store.data.sessions[gone]?.projectId ?? this.store.ui.projectId;
    const others = rootSessions(this.store.data).filter((session) => session.id !== gone);
    const next = others.find((session) => session.projectId === project) ?? others[0];
    const stays = next && this.tools.isWide();
    this.router()?.replace(stays ? { name: "session", id: next.id } : { name: "list" });
  }

  /** @param {string} id */
  #titleOf(id) {
    const session = this.store.data.sessions[id];
    return session ? `“${titleOf(session, this.store.data.marks[id])}”` : "The session";
  }
}
