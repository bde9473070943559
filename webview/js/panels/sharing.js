// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 */
import { attempt } from "../attempts.js";

/** Hands texts out of the page: as a file, to the clipboard, to another app. */
export class Sharing {
  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /** Whether this device has a menu to share with. */
  get canSend() {
    return Boolean(this.tools.outlet?.share);
  }

  /** @param {string} sessionId @param {"markdown" | "json"} format */
  download(sessionId, format) {
    return attempt(this.store, async () => {
      const { name, mime, text } = await this.#transcript(sessionId, format);
      await this.save(name, mime, text);
    });
  }

  /** @param {string} sessionId @returns {Promise<boolean>} whether it is in the clipboard */
  async copyMarkdown(sessionId) {
    let copied = false;
    await attempt(this.store, async () => {
      copied = await this.copy((await this.#transcript(sessionId, "markdown")).text);
    });
    return copied;
  }

  /** Offer the transcript to the device's other apps. @param {string} sessionId */
  send(sessionId) {
    return attempt(this.store, async () => {
      const { name, mime, text } = await this.#transcript(sessionId, "markdown");
      await this.tools.outlet?.share?.(name, mime, text);
    });
  }

  /** @param {string} name @param {string} mime @param {string} text */
  async save(name, mime, text) {
    await this.tools.outlet?.save(name, mime, text);
  }

  /** @param {string} text @returns {Promise<boolean>} */
  async copy(text) {
    return (await this.tools.outlet?.copy(text)) ?? false;
  }

  /** @param {string} id @param {"markdown" | "json"} format @returns {Promise<P.Exported>} */
  #transcript(id, format) {
    return this.tools.channel.call("sessions.export", { id, format });
  }
}
