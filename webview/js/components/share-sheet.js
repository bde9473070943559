// @ts-check
import { define } from "../element.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";
import { mayCall, titleOf } from "../select.js";
import { Sheet } from "../sheet.js";

/** @typedef {{ symbol: import("../icons.js").IconName, name: string, about: string, run: (id: string) => Promise<unknown>, done: string }} Way */

/** The open session's transcript, to be kept or handed on. */
class ShareSheet extends Sheet {
  sheet = /** @type {const} */ ("share");
  heading = "Save or share";

  fill() {
    const id = this.ui.sessionId;
    const session = id ? this.data.sessions[id] : undefined;
    if (!id || !session) return this.content?.replaceChildren(h("p", { class: "none" }, "Open a session first."));
    this.told = h("p", { class: "none", role: "status" });
    const about = `The whole transcript of “${titleOf(session, this.data.marks[id])}”, with tool calls and their output. It may hold what is private: look before you send it.`;
    this.content?.replaceChildren(
      h("p", { class: "quiet-text" }, about),
      h("div", { class: "ways" }, ...this.#ways.map((way) => this.#button(way, id))),
      this.told,
    );
  }

  /** @returns {Way[]} */
  get #ways() {
    const { sharing } = this.actions;
    /** @type {Way[]} */
    const ways = [
      {
        symbol: "save",
        name: "Save as Markdown",
        about: "To read",
        run: (id) => sharing.download(id, "markdown"),
        done: "",
      },
      {
        symbol: "save",
        name: "Save as JSON",
        about: "For programs",
        run: (id) => sharing.download(id, "json"),
        done: "",
      },
      {
        symbol: "copy",
        name: "Copy as Markdown",
        about: "To paste",
        run: (id) => sharing.copyMarkdown(id),
        done: "Copied.",
      },
    ];
    /** @type {Way} */
    const send = {
      symbol: "share",
      name: "Share…",
      about: "With another app",
      run: (id) => sharing.send(id),
      done: "",
    };
    const all = sharing.canSend ? [send, ...ways] : ways;
    return mayCall(this.data, "pairing.create") ? [...all, this.#follow] : all;
  }

  /** @returns {Way} */
  get #follow() {
    const run = async (/** @type {string} */ id) => this.actions.trust.openFollow(id);
    return { symbol: "link", name: "Let somebody follow…", about: "Live, and only to look", run, done: "" };
  }

  /** @param {Way} way @param {string} id */
  #button(way, id) {
    const button = h(
      "button",
      { type: "button", class: "way", on: { click: () => this.#run(way, id, button) } },
      icon(way.symbol),
      h("span", null, h("b", null, way.name), h("small", null, way.about)),
    );
    return button;
  }

  /** @param {Way} way @param {string} id @param {HTMLButtonElement} button */
  async #run(way, id, button) {
    button.disabled = true;
    if (this.told) setText(this.told, "Writing the transcript…");
    const went = await way.run(id);
    button.disabled = false;
    const problem = this.ui.notice;
    const failed = [problem?.message ?? "It could not be put in the clipboard here. Save it instead.", problem?.hint];
    if (this.told) setText(this.told, went ? way.done : failed.filter(Boolean).join(" "));
  }
}

define("share-sheet", ShareSheet);
