// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Command } from "./commands.js"
 * @import { Tools } from "../actions.js"
 */

import { rememberFirst, savedList } from "../saved.js";
import { may, whyNoPrompt } from "../select.js";
import { choiceCommands, settingCommands } from "../writing/choices.js";

const PALETTE_KEY = "palette"; // where it is kept
const PALETTE_KEPT = 20;

/** What the palette has to ask for, and what it remembers. */
export class Finding {
  /** @param {Tools} tools @param {(sessionId: string) => Promise<P.SessionOptions>} options */
  constructor(tools, options) {
    this.tools = tools;
    this.store = tools.store;
    this.options = options;
  }

  /** Ids of commands, the latest first. @returns {string[]} */
  get recent() {
    return savedList(this.tools.lasting, PALETTE_KEY);
  }

  /** @param {Command} command */
  remember(command) {
    rememberFirst(this.tools.lasting, PALETTE_KEY, command.id, PALETTE_KEPT);
  }

  /** Models, modes and providers for the next prompt of the session in view. @returns {Promise<Command[]>} */
  async choices() {
    const session = this.store.ui.sessionId ? this.store.data.sessions[this.store.ui.sessionId] : undefined;
    if (!session || whyNoPrompt(this.store.data, session)) return [];
    const options = await this.options(session.id);
    return choiceCommands(session, options, this.store.ui.picked[session.id]);
  }

  /** One for each setting. @returns {Promise<Command[]>} */
  async settings() {
    if (!may(this.store.data, "admin")) return [];
    const { settings } = await this.tools.channel.call("settings.get", {}).catch(() => ({ settings: [] }));
    return settingCommands(settings);
  }
}
