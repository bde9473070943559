// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @import { FilesPlace } from "../router.js"
 */
import { attempt } from "../attempts.js";
import { asProblem } from "../connection/sync.js";
import { CallError } from "../host/channel.js";
import { rootSessions } from "../select.js";
import { Settings } from "../settings/settings.js";

/** The files of projects, as far as the hub lets them be seen. */
export class Files {
  /** @type {Map<string, Promise<P.Tree>>} */ #trees = new Map();

  /** @param {Tools} tools @param {(place: FilesPlace) => void} go */
  constructor(tools, go) {
    this.tools = tools;
    this.store = tools.store;
    this.go = go;
  }

  /** @param {string} projectId @param {string | null} [path] @param {number | null} [line] */
  open(projectId, path = null, line = null) {
    this.go({ name: "files", id: projectId, ...(path && { path }), ...(path && line && { line }) });
  }

  /** What is in a folder; asked for once until somebody looks again. @param {string} projectId @param {string} path */
  tree(projectId, path) {
    const key = `${projectId} ${path}`;
    const known = this.#trees.get(key);
    if (known) return known;
    const asked = this.tools.channel.call("files.tree", { directory: projectId, path });
    asked.catch(() => this.#trees.delete(key));
    this.#trees.set(key, asked);
    return asked;
  }

  forget() {
    this.#trees.clear();
  }

  /** @param {string} projectId @param {string} pattern */
  search(projectId, pattern) {
    return this.tools.channel.call("files.glob", { directory: projectId, pattern, limit: 100 });
  }

  /** @param {string} projectId @param {string} path */
  read(projectId, path) {
    return this.tools.channel.call("files.read", { directory: projectId, path });
  }

  /** Let all who are paired look at files. @returns {Promise<boolean>} whether they may now */
  switchOn() {
    this.forget();
    return attempt(this.store, async () => {
      await new Settings(this.tools).set("enableGlobOpener", true);
      const { hub } = this.store.data;
      if (hub) this.store.setData({ ...this.store.data, hub: { ...hub, files: true } });
    });
  }

  /** Put a file's name into the prompt of the project's session, and show it. @param {string} projectId @param {string} path */
  mention(projectId, path) {
    const id = this.#sessionOf(projectId);
    if (!id) return null;
    const { drafts } = this.tools;
    const draft = drafts.get(id);
    drafts.set(id, `${draft}${draft && !/\s$/.test(draft) ? " " : ""}@${path} `);
    return id;
  }

  /** @param {string} projectId */
  #sessionOf(projectId) {
    const { sessionId, lastSessionOf } = this.store.ui;
    const { sessions } = this.store.data;
    if (sessionId && sessions[sessionId]?.projectId === projectId) return sessionId;
    const last = lastSessionOf[projectId];
    if (last && sessions[last]) return last;
    return rootSessions(this.store.data).find((session) => session.projectId === projectId)?.id ?? null;
  }
}

/** What went wrong, in words. @param {unknown} error */
export function whyNot(error) {
  const { message, hint } = asProblem(error);
  return [message, hint].filter(Boolean).join(" ");
}

/** Whether looking at files is not allowed on this hub. @param {unknown} error */
export function isFilesOff(error) {
  return error instanceof CallError && error.code === "files_off";
}
