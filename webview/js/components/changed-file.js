// @ts-check
/** @import * as P from "../protocol.gen" */

import { patchElements } from "../changes/patch-view.js";
import { define, PilotElement } from "../element.js";
import { changes, wholePath, within } from "../format.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";

const LINE_HEIGHT = 20; // px
const MOST_ROOM = 120; // lines of room kept for a file that is not drawn yet

/** One file of a diff: its name and what can be done with it at once, its lines when they come near. */
export class ChangedFile extends PilotElement {
  /** @type {P.FileDiff | null} */ file = null;
  #beside = false;
  #isDrawn = false;

  /** @param {P.FileDiff} file @param {string} directory @param {boolean} beside */
  show(file, directory, beside) {
    if (file === this.file) return this.setBeside(beside);
    this.file = file;
    this.#beside = beside;
    this.#isDrawn = false;
    this.tabIndex = -1;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", within(file.path, directory));
    const lines = Math.min(MOST_ROOM, file.patch ? file.patch.split("\n", MOST_ROOM).length : 2);
    const room = { "min-height": `${lines * LINE_HEIGHT}px` };
    this.body = h("div", { class: "patch", role: "group", "aria-label": "Lines", tabindex: "0", style: room });
    this.replaceChildren(this.#head(file, directory), this.body);
  }

  /** @param {boolean} beside */
  setBeside(beside) {
    if (beside === this.#beside) return;
    this.#beside = beside;
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    this.draw();
  }

  /** Make the lines; until then there is only room for them. */
  draw() {
    if (this.#isDrawn || !this.body || !this.file) return;
    this.#isDrawn = true;
    const lines = this.file.patch ? patchElements(this.file.patch, this.#beside) : [];
    this.body.style.removeProperty("min-height");
    this.body.dataset.beside = String(this.#beside);
    this.body.replaceChildren(...(lines.length ? lines : [h("p", { class: "no-diff" }, NO_LINES[this.file.status])]));
  }

  /** @param {P.FileDiff} file @param {string} directory */
  #head(file, directory) {
    const name = within(file.path, directory);
    const whole = wholePath(file.path, directory);
    const { editor } = this.actions;
    const opens = whole && editor?.opens(whole) && file.status !== "deleted";
    return h(
      "div",
      { class: "file-head" },
      h("code", { title: file.path }, name),
      file.status === "modified" ? null : h("span", { class: "tag" }, file.status === "added" ? "New" : "Deleted"),
      h("span", { class: "amount" }, changes([file])),
      h("span", { class: "spring" }),
      opens ? fileTool("Open in the editor", "out", () => editor?.openFile(whole)) : null,
      fileTool("Copy the path", "copy", (button) => this.#copy(name, button)),
    );
  }

  /** @param {string} text @param {HTMLElement} button */
  async #copy(text, button) {
    const copied = await this.actions.sharing.copy(text);
    button.replaceChildren(icon(copied ? "check" : "cross"), said(copied ? "Copied" : "Could not be copied"));
    setTimeout(() => button.replaceChildren(icon("copy")), COPIED_SHOWN);
  }
}

const COPIED_SHOWN = 1_500; // ms
const NO_LINES = {
  added: "A new file without text to show.",
  deleted: "The file was deleted.",
  modified: "There is no text to compare.",
};

/** @param {string} words */
function said(words) {
  const element = h("span", { class: "sr-only", role: "status" });
  setText(element, words);
  return element;
}

/** @param {string} label @param {import("../icons.js").IconName} symbol @param {(button: HTMLElement) => void} run */
function fileTool(label, symbol, run) {
  const button = h(
    "button",
    { type: "button", class: "icon-button", title: label, "aria-label": label, on: { click: () => run(button) } },
    icon(symbol),
  );
  return button;
}

define("changed-file", ChangedFile);
