// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 */
import { attempt } from "../attempts.js";
import { asProblem } from "../connection/sync.js";
import { CallError } from "../host/channel.js";
import { Spending } from "./spending.js";

/** What there is to know about a session beside its words. */
export class Facts {
  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
    this.spending = new Spending(tools);
  }

  /** Show what a session changed, at a file if one is given. @param {string | null} [path] */
  openDiff(path = null) {
    this.store.setUi({ sheet: "diff", diffPath: path });
  }

  /** @param {string} sessionId */
  async changes(sessionId) {
    return (await this.tools.channel.call("sessions.diff", { id: sessionId })).files;
  }

  /** Keep the plan in sight above the transcript, for everybody who looks. @param {string} sessionId @param {boolean} todosPinned */
  pinTodos(sessionId, todosPinned) {
    return attempt(this.store, async () => {
      const mark = await this.tools.channel.call("sessions.mark", { id: sessionId, todosPinned });
      this.store.setData({ ...this.store.data, marks: { ...this.store.data.marks, [sessionId]: mark } });
    });
  }

  /**
   * The MCP and language servers; nothing where the agent does not tell of them, words where it cannot be asked now.
   * @param {string} sessionId
   * @returns {Promise<P.ServerStatus[] | string>}
   */
  async servers(sessionId) {
    try {
      return (await this.tools.channel.call("sessions.servers", { id: sessionId })).servers;
    } catch (error) {
      if (error instanceof CallError && error.code === "unsupported") return [];
      return asProblem(error).message;
    }
  }
}
