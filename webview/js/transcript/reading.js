// @ts-check
/**
 * What a reader of a transcript can do: turn its pages, go to a message, look for words, copy, see what is attached.
 *
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 */

import { asProblem } from "../connection/sync.js";
import { within } from "../format.js";
import { pageBack, pagesLeft } from "../reduce.js";
import { formatPlace } from "../router.js";
import { mayBrowse, mayCall } from "../select.js";
import { PAGE_MOST, pagesToLeave } from "./pages.js";

const PAGE_SIZE = 150; // items, as the others
const ITEMS_HERE = 900; // of one transcript in memory
const PICTURES_HERE = 40; // in memory

export class Reading {
  /** @type {Set<string>} */ #coming = new Set();
  /** @type {Map<string, Promise<P.AttachmentData>>} */ #attachments = new Map();

  /**
   * @param {Tools} tools
   * @param {(sessionId: string, prompt: P.PromptRequest) => Promise<unknown>} send
   * @param {(projectId: string, path: string) => void} browse shows a file of a project
   */
  constructor(tools, send, browse) {
    this.browse = browse;
    this.tools = tools;
    this.store = tools.store;
    this.send = send;
  }

  /** Fetch the page before what is here. @param {string} sessionId */
  older(sessionId) {
    return this.tools.sync.wantOlder(sessionId);
  }

  /** Fetch a page again that was let go of. @param {string} sessionId @param {string} first */
  async again(sessionId, first) {
    const page = this.store.data.transcripts[sessionId]?.pages?.find((one) => one.first === first);
    const key = `${sessionId} ${first}`;
    if (!page?.away || this.#coming.has(key)) return;
    this.#coming.add(key);
    try {
      const params = { id: sessionId, limit: Math.min(PAGE_MOST, Math.max(PAGE_SIZE, page.amount)) };
      const found = await this.tools.channel.call("sessions.messages", { ...params, ...beforeCursor(page.cursor) });
      this.store.setData(pageBack(this.store.data, sessionId, first, found));
    } catch (error) {
      this.store.setUi({ notice: asProblem(error) });
    } finally {
      this.#coming.delete(key);
    }
  }

  /** Let go of pages that are far from what is read. @param {string} sessionId @param {string} itemId */
  rest(sessionId, itemId) {
    const known = this.store.data.transcripts[sessionId];
    if (known?.state !== "ready") return;
    const leaving = pagesToLeave(known, itemId, ITEMS_HERE);
    if (leaving.length) this.store.setData(pagesLeft(this.store.data, sessionId, leaving));
    else if (known.items.length > 2 * ITEMS_HERE && known.items.at(-1)?.id === itemId)
      void this.tools.sync.refresh(sessionId);
  }

  /**
   * Load older pages until a message is here.
   * @param {string} sessionId
   * @param {string} itemId
   * @returns {Promise<boolean | null>} false: it does not exist any more; null: that cannot be told now
   */
  async bring(sessionId, itemId) {
    for (;;) {
      const known = this.store.data.transcripts[sessionId];
      if (!known || known.state === "failed") return null;
      if (known.items.some((item) => item.id === itemId)) return true;
      if (known.recalled) return null; // what this browser kept is not all
      const oldest = known.items[0]?.id ?? "";
      const cursor = known.before;
      if (!cursor) return this.#bringAgain(sessionId, itemId);
      await this.tools.sync.wantOlder(sessionId);
      const now = this.store.data.transcripts[sessionId];
      if (now?.before === cursor) return null; // it could not be fetched: the notice says why
      if (now && now.items.length > ITEMS_HERE) this.rest(sessionId, oldest);
    }
  }

  /** It may be on a page that was let go of. @param {string} sessionId @param {string} itemId */
  async #bringAgain(sessionId, itemId) {
    const here = () => this.store.data.transcripts[sessionId]?.items.some((item) => item.id === itemId) ?? false;
    for (const page of this.store.data.transcripts[sessionId]?.pages ?? []) {
      if (!page.away) continue;
      await this.again(sessionId, page.first);
      if (here()) return true;
      if (this.store.data.transcripts[sessionId]?.pages?.find(({ first }) => first === page.first)?.away) return null;
      this.store.setData(pagesLeft(this.store.data, sessionId, [page.first]));
    }
    return here();
  }

  /** Send the last prompt once more. @param {string} sessionId @param {string} text */
  async retry(sessionId, text) {
    const { drafts } = this.tools;
    const draft = drafts.get(sessionId);
    const sent = this.send(sessionId, { text });
    if (draft) drafts.set(sessionId, draft); // what is being written is not what is sent
    await sent;
    if (draft) drafts.set(sessionId, draft);
  }

  /** Where words stand in parts of a session that are not here. @param {string} sessionId @param {string} query @returns {Promise<P.SearchHit[]>} */
  async search(sessionId, query) {
    if (query.length < 2 || !mayCall(this.tools.store.data, "sessions.search")) return [];
    const found = await this.tools.channel
      .call("sessions.search", { query, session: sessionId, limit: 200 })
      .catch(() => null);
    return (found?.hits ?? []).filter((hit) => hit.sessionId === sessionId && hit.itemId);
  }

  /** @param {boolean} finding */
  find(finding) {
    this.store.setUi({ finding });
  }

  /** The message is shown: its address is done with. */
  arrived() {
    this.store.setUi({ itemId: null });
  }

  /** @param {string} message */
  say(message) {
    this.store.setUi({ notice: { message } });
  }

  /** What is in an attachment; asked for once. @param {string} id */
  attachment(id) {
    const known = this.#attachments.get(id);
    if (known) return known;
    const asked = this.tools.channel.call("attachments.get", { id });
    asked.catch(() => this.#attachments.delete(id));
    this.#attachments.set(id, asked);
    const [oldest] = this.#attachments.keys();
    if (this.#attachments.size > PICTURES_HERE && oldest) this.#attachments.delete(oldest);
    return asked;
  }

  /** Whether a file can be opened from here. @param {string} path a whole one */
  opens(path) {
    return this.tools.editor ? this.tools.editor.opens(path) : Boolean(this.#projectOf(path));
  }

  /** @param {string} path a whole one */
  openPath(path) {
    if (this.tools.editor) return this.tools.editor.openFile(path);
    const project = this.#projectOf(path);
    if (project) this.browse(project.id, within(path, project.directory));
  }

  /** The project that a file is in, where files may be looked at. @param {string} path */
  #projectOf(path) {
    const { projects } = this.store.data;
    if (!mayBrowse(this.store.data)) return undefined;
    return Object.values(projects).find(({ directory }) => directory && within(path, directory) !== path);
  }

  /** @param {string} text @returns {Promise<boolean>} */
  async copy(text) {
    return (await this.tools.outlet?.copy(text)) ?? false;
  }

  /** @param {string} sessionId @param {string} itemId */
  copyLink(sessionId, itemId) {
    return this.copy(`${location.origin}/${formatPlace({ name: "session", id: sessionId, item: itemId })}`);
  }
}

/** @param {string | undefined} cursor */
function beforeCursor(cursor) {
  return cursor === undefined ? {} : { before: cursor };
}
