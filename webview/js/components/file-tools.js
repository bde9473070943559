// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { wholePath } from "../format.js";
import { h, setAttribute } from "../html.js";
import { icon } from "../icons.js";
import { may } from "../select.js";

const TOLD_MS = 1_500;

/** What can be done with the file in view. */
export class FileTools extends PilotElement {
  /** @type {{ projectId: string, path: string, file: P.FileText | null } | null} */ #shown = null;
  /** @type {(wraps: boolean) => void} */ onWrap = () => {};
  /** @type {(line: number) => void} */ onLine = () => {};

  build() {
    this.line = h("input", {
      type: "text",
      inputmode: "numeric",
      class: "go-to-line",
      "aria-label": "Go to line",
      placeholder: "Line",
    });
    this.line.addEventListener("keydown", (event) => event.key === "Enter" && this.onLine(Number(this.line?.value)));
    this.wrap = this.#tool("Wrap long lines", "wrap", () => this.#toggleWrap());
    this.mention = this.#tool("Mention in prompt", "mention", () => this.#mention());
    this.out = this.#tool("Open in the editor", "out", () => this.#openOutside());
    this.copyPath = this.#tool("Copy the path", "link", (button) => this.#copy(this.#shown?.path, button));
    this.copyText = this.#tool("Copy the text", "copy", (button) => this.#copy(this.#shown?.file?.text, button));
    this.append(this.line, this.wrap, this.mention, this.out, this.copyPath, this.copyText);
  }

  /** @param {string} projectId @param {string} path @param {P.FileText | null} file */
  show(projectId, path, file) {
    this.#shown = { projectId, path, file };
    const { wrap, copyText, line, mention, out } = this;
    for (const tool of [wrap, copyText, line]) if (tool) tool.hidden = file?.text === undefined;
    if (mention) mention.hidden = !file || !may(this.data, "operate");
    if (out) out.hidden = !this.#outside || !this.actions.editor?.opens(this.#outside);
  }

  /** Where the file is on the hub's machine. */
  get #outside() {
    const project = this.data.projects[this.#shown?.projectId ?? ""];
    return project && this.#shown ? wholePath(this.#shown.path, project.directory) : undefined;
  }

  #toggleWrap() {
    const wraps = this.wrap?.getAttribute("aria-pressed") !== "true";
    if (this.wrap) setAttribute(this.wrap, "aria-pressed", String(wraps));
    this.onWrap(wraps);
  }

  #mention() {
    const session = this.#shown && this.actions.files.mention(this.#shown.projectId, this.#shown.path);
    if (session) this.actions.openSession(session);
  }

  #openOutside() {
    if (this.#outside) this.actions.editor?.openFile(this.#outside);
  }

  /** @param {string | undefined} text @param {HTMLElement} button */
  async #copy(text = "", button) {
    const before = [...button.childNodes];
    const copied = await this.actions.sharing.copy(text);
    const words = h("span", { class: "sr-only", role: "status" }, copied ? "Copied" : "Not copied");
    button.replaceChildren(icon(copied ? "check" : "cross"), words);
    setTimeout(() => button.replaceChildren(...before), TOLD_MS);
  }

  /** @param {string} label @param {import("../icons.js").IconName} symbol @param {(button: HTMLElement) => void} run */
  #tool(label, symbol, run) {
    const props = { type: "button", class: "icon-button", title: label, "aria-label": label };
    const button = h("button", props, icon(symbol));
    button.addEventListener("click", () => run(button));
    return button;
  }
}

define("file-tools", FileTools);
