// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @typedef {{ agent: string, directory: string, model?: string | undefined, policy?: string | undefined }} LastStart
 */
import { savedList, saveList } from "../saved.js";

const START_KEY = "start"; // where the last choice is kept

/** Remembers what sessions were started with from here. */
export class Starting {
  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
  }

  /** What was started last from here. @returns {LastStart | undefined} */
  get last() {
    const [agent, directory, model, policy] = savedList(this.tools.lasting, START_KEY);
    return agent && directory
      ? { agent, directory, model: model || undefined, policy: policy || undefined }
      : undefined;
  }

  /** @param {P.NewSession} request */
  remember({ agent, directory, model = "", policy = "" }) {
    saveList(this.tools.lasting, START_KEY, [agent, directory, model, policy]);
  }
}
