// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { ChangesView } from "./changes-view.js"
 */

import { patchFile } from "../changes/patch-file.js";
import { define } from "../element.js";
import { changes, plural } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { titleOf } from "../select.js";
import { Sheet } from "../sheet.js";

const WIDE = "(min-width: 1000px)"; // room for two columns
const TOLD_FOR = 2_500; // ms

/** Everything the session changed, file by file; to read, to copy, to take along. */
class DiffSheet extends Sheet {
  sheet = /** @type {const} */ ("diff");
  heading = "Files changed";
  /** @type {P.FileDiff[]} */ files = [];
  #beside = false;
  #loading = 0;

  build() {
    super.build();
    // SAFETY: the element registered under that name
    this.view = /** @type {ChangesView} */ (document.createElement("changes-view"));
    this.told = h("span", { class: "diff-told", role: "status" });
    this.bar = this.#makeBar();
    this.dialog?.querySelector("h2")?.after(this.bar);
    this.dialog?.addEventListener("keydown", (event) => this.#onKey(event));
    this.dialog?.addEventListener("close", () => this.content?.replaceChildren());
  }

  render() {
    super.render();
    const files = this.#session?.files;
    if (this.newer && this.ui.sheet === this.sheet) this.newer.hidden = !this.loadedFor || files === this.loadedFor;
  }

  fill() {
    this.content?.replaceChildren(h("p", { class: "none", role: "status" }, "Loading…"));
    void this.#load();
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  async #load() {
    const session = this.#session;
    const loading = ++this.#loading;
    if (!session) return;
    this.loadedFor = undefined;
    this.#setBar(false);
    try {
      const files = await this.actions.facts.changes(session.id);
      if (loading === this.#loading) this.#show(files, session);
    } catch (error) {
      if (loading === this.#loading) this.#fail(error instanceof Error ? error.message : "");
    }
  }

  /** @param {P.FileDiff[]} files @param {P.Session} session */
  #show(files, session) {
    this.files = files;
    this.loadedFor = session.files;
    this.#setBar(files.length > 0);
    if (!files.length) return this.content?.replaceChildren(h("p", { class: "none" }, "No changes yet."));
    if (!this.view) return;
    this.content?.replaceChildren(this.view);
    this.view.show(files, session.directory, this.#beside);
    const at = files.findIndex((file) => file.path === this.ui.diffPath);
    if (at >= 0) this.view.go(at);
    this.store.setUi({ diffPath: null });
  }

  /** @param {string} why */
  #fail(why) {
    const again = h("button", { type: "button", class: "button", on: { click: () => this.fill() } }, "Try again");
    this.content?.replaceChildren(
      h("p", { class: "none", role: "alert" }, `The changes could not be loaded. ${why}`),
      again,
    );
  }

  #makeBar() {
    this.sum = h("span", { class: "amount" });
    this.newer = h(
      "button",
      { type: "button", class: "link", hidden: true, on: { click: () => this.fill() } },
      "Show newer changes",
    );
    this.columns = diffTool("Side by side", "columns", () => this.#setBeside(!this.#beside));
    this.tools = h(
      "span",
      { class: "diff-tools" },
      this.columns,
      diffTool("Copy the diff", "copy", () => this.#copy()),
      diffTool("Save as a patch", "save", () => this.#save()),
    );
    return h(
      "div",
      { class: "diff-bar" },
      this.sum,
      this.newer,
      h("span", { class: "spring" }),
      this.told ?? null,
      this.tools,
    );
  }

  /** @param {boolean} any */
  #setBar(any) {
    if (this.sum) setText(this.sum, any ? `${plural(this.files.length, "file")} · ${changes(this.files)}` : "");
    if (this.tools) this.tools.hidden = !any;
    if (this.columns) setAttribute(this.columns, "aria-pressed", String(this.#beside));
  }

  /** @param {boolean} beside */
  #setBeside(beside) {
    this.#beside = beside && matchMedia(WIDE).matches;
    this.#setBar(true);
    this.view?.setBeside(this.#beside);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { n: 1, p: -1 }[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    this.view?.step(step);
  }

  get #patch() {
    return patchFile(this.files, this.#session?.directory ?? "");
  }

  async #copy() {
    const copied = await this.actions.sharing.copy(this.#patch);
    this.#tell(copied ? "Copied" : "Copying is not allowed here");
  }

  #save() {
    const session = this.#session;
    const name = session ? titleOf(session, this.data.marks[session.id]) : "changes";
    void this.actions.sharing.save(`${fileName(name)}.patch`, "text/x-patch", this.#patch);
  }

  /** @param {string} words */
  #tell(words) {
    const { told } = this;
    if (!told) return;
    setText(told, words);
    setTimeout(() => setText(told, ""), TOLD_FOR);
  }
}

/** @param {string} label @param {import("../icons.js").IconName} symbol @param {() => void} click */
function diffTool(label, symbol, click) {
  const props = { type: "button", class: "icon-button", title: label, "aria-label": label, on: { click } };
  return h("button", props, icon(symbol));
}

/** @param {string} title */
function fileName(title) {
  return (
    title
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60)
      .toLowerCase() || "changes"
  );
}

define("diff-sheet", DiffSheet);
