// @ts-check
/** @import * as P from "../protocol.gen" */
import { colouredLines, fileLanguage } from "../code-colours.js";
import { codePieces, textLines } from "../code-lines.js";
import { define, PilotElement } from "../element.js";
import { isFilesOff, whyNot } from "../files.js";
import { count, plural, wholePath } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { whenIdle } from "../idle.js";
import { may } from "../select.js";

/** One file of a project, to read. */
export class FileViewer extends PilotElement {
  /** @type {P.FileText | null} */ #file = null;
  #asked = "";
  #wraps = false;
  /** Called when the hub shows no files. @type {() => void} */ onOff = () => {};

  build() {
    this.name = h("code", { class: "file-name" });
    this.about = h("span", { class: "file-about" });
    this.body = h("div", { class: "file-body", tabindex: "0" });
    this.wrap = this.#tool("Wrap long lines", "wrap", () => this.#setWrap(!this.#wraps));
    this.mention = this.#tool("Mention in prompt", "mention", () => this.#mention());
    this.out = this.#tool("Open in the editor", "out", () => this.#openOutside());
    this.copyText = this.#tool("Copy the text", "copy", (button) => this.#copy(this.#file?.text ?? "", button));
    this.line = h("input", {
      type: "text",
      inputmode: "numeric",
      class: "go-to-line",
      "aria-label": "Go to line",
      placeholder: "Line",
    });
    this.line.addEventListener("keydown", (event) => event.key === "Enter" && this.goTo(Number(this.line?.value)));
    const path = this.#tool("Copy the path", "file", (button) =>
      this.#copy(this.#asked.slice(this.#asked.indexOf(" ") + 1), button),
    );
    const tools = h("span", { class: "file-tools" }, this.line, this.wrap, this.mention, this.out, path, this.copyText);
    this.head = h("div", { class: "file-bar" }, h("span", { class: "file-what" }, this.name, this.about), tools);
    this.append(this.head, this.body);
  }

  /** @param {string} projectId @param {string} path @param {number | null} line */
  show(projectId, path, line) {
    if (`${projectId} ${path}` === this.#asked) return line ? this.goTo(line) : undefined;
    this.#asked = `${projectId} ${path}`;
    void this.#load(projectId, path, line);
  }

  /** @param {number} line from 1 */
  goTo(line) {
    const row = this.body?.querySelector(`[data-line="${Math.max(1, Math.floor(line) || 1)}"]`);
    for (const marked of this.body?.querySelectorAll("[aria-current]") ?? []) marked.removeAttribute("aria-current");
    if (!row) return;
    setAttribute(row, "aria-current", "true");
    row.scrollIntoView({ block: "center" });
  }

  /** @param {string} projectId @param {string} path @param {number | null} line */
  async #load(projectId, path, line) {
    this.#file = null;
    if (this.name) setText(this.name, path);
    this.#tell("Loading…");
    try {
      const file = await this.actions.files.read(projectId, path);
      if (this.#asked !== `${projectId} ${path}`) return;
      this.#file = file;
      this.#draw(file, line);
    } catch (error) {
      if (isFilesOff(error)) this.onOff();
      if (this.#asked !== `${projectId} ${path}`) return;
      this.#tell(whyNot(error));
    }
  }

  /** @param {P.FileText} file @param {number | null} line */
  #draw(file, line) {
    const picture = file.data !== undefined && file.mime.startsWith("image/");
    if (file.text !== undefined) this.#drawText(file.path, file.text, line);
    else if (picture) this.#drawPicture(file);
    else
      this.#tell(
        file.truncated
          ? "This file is too large to show here."
          : "This file is not text, so there is nothing to read here.",
      );
    this.#describe(file);
  }

  /** @param {string} path @param {string} text @param {number | null} line */
  #drawText(path, text, line) {
    const lines = textLines(text);
    const fill = (/** @type {(string | Node)[][]} */ parts) =>
      this.body?.replaceChildren(h("pre", { class: "code" }, ...codePieces(parts)));
    fill(lines.map((one) => [one]));
    this.#setWrap(this.#wraps);
    if (line) this.goTo(line);
    else if (this.body) this.body.scrollTop = 0;
    const asked = this.#asked;
    whenIdle(() => {
      const coloured = asked === this.#asked ? colouredLines(lines.join("\n"), fileLanguage(path)) : null;
      if (!coloured || !this.body) return;
      const { scrollTop } = this.body;
      const current = this.body.querySelector("[aria-current]")?.getAttribute("data-line");
      fill(coloured);
      this.body.scrollTop = scrollTop;
      if (current) this.body.querySelector(`[data-line="${current}"]`)?.setAttribute("aria-current", "true");
    });
  }

  /** @param {P.FileText} file */
  #drawPicture({ data = "", mime, path }) {
    this.body?.replaceChildren(h("img", { src: `data:${mime};base64,${data}`, alt: path }));
  }

  /** @param {P.FileText} file */
  #describe(file) {
    const lines = file.text === undefined ? "" : plural(textLines(file.text).length, "line");
    const cut = file.truncated && file.text !== undefined ? "only its beginning is shown" : "";
    if (this.about) setText(this.about, [lines, bytes(file.size), cut].filter(Boolean).join(" · "));
    this.#showTools();
  }

  #showTools() {
    const text = this.#file?.text !== undefined;
    const { wrap, copyText, line, mention, out } = this;
    for (const tool of [wrap, copyText, line]) if (tool) tool.hidden = !text;
    if (mention) mention.hidden = !may(this.data, "operate") || !this.#file;
    if (out) out.hidden = !this.#outside || !this.actions.editor?.opens(this.#outside);
  }

  get #outside() {
    const [projectId = ""] = this.#asked.split(" ", 1);
    const project = this.data.projects[projectId];
    return project && wholePath(this.#asked.slice(projectId.length + 1), project.directory);
  }

  /** @param {string} words */
  #tell(words) {
    this.body?.replaceChildren(h("p", { class: "none file-told", role: "status" }, words));
    if (this.about) setText(this.about, "");
    this.#showTools();
  }

  /** @param {boolean} wraps */
  #setWrap(wraps) {
    this.#wraps = wraps;
    if (this.wrap) setAttribute(this.wrap, "aria-pressed", String(wraps));
    if (this.body) setAttribute(this.body, "data-wrap", wraps);
  }

  #mention() {
    const [projectId = ""] = this.#asked.split(" ", 1);
    const session = this.actions.files.mention(projectId, this.#asked.slice(projectId.length + 1));
    if (session) this.actions.openSession(session);
  }

  #openOutside() {
    if (this.#outside) this.actions.editor?.openFile(this.#outside);
  }

  /** @param {string} text @param {HTMLElement} button */
  async #copy(text, button) {
    const before = [...button.childNodes];
    const copied = await this.actions.sharing.copy(text);
    button.replaceChildren(
      icon(copied ? "check" : "cross"),
      h("span", { class: "sr-only", role: "status" }, copied ? "Copied" : "Not copied"),
    );
    setTimeout(() => button.replaceChildren(...before), 1_500);
  }

  /** @param {string} label @param {import("../icons.js").IconName} symbol @param {(button: HTMLElement) => void} run */
  #tool(label, symbol, run) {
    const button = h(
      "button",
      { type: "button", class: "icon-button", title: label, "aria-label": label, on: { click: () => run(button) } },
      icon(symbol),
    );
    return button;
  }
}

/** @param {number} size */
function bytes(size) {
  if (size < 1_000) return `${size} bytes`;
  return size < 1_000_000 ? `${Math.round(size / 1_000)} kB` : `${count(Math.round(size / 100_000) / 10)} MB`;
}

define("file-viewer", FileViewer);
