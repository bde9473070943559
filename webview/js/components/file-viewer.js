// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { FileTools } from "./file-tools.js"
 */

import { define, PilotElement } from "../element.js";
import { isFilesOff, whyNot } from "../files/files.js";
import { count, plural } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { colouredLines, fileLanguage } from "../transcript/code-colours.js";
import { codePieces, textLines } from "../transcript/code-lines.js";
import { knownHighlighter } from "../transcript/highlighting.js";
import { whenIdle } from "../transcript/idle.js";

/** One file of a project, to read. */
export class FileViewer extends PilotElement {
  #asked = "";
  /** Called when the hub shows no files. @type {() => void} */ onOff = () => {};

  build() {
    this.name = h("code", { class: "file-name" });
    this.about = h("span", { class: "file-about" });
    this.body = h("div", { class: "file-body", tabindex: "0" });
    // SAFETY: the element registered under that name
    this.tools = /** @type {FileTools} */ (document.createElement("file-tools"));
    this.tools.onWrap = (wraps) => this.body && setAttribute(this.body, "data-wrap", wraps);
    this.tools.onLine = (line) => this.goTo(line);
    const what = h("span", { class: "file-what" }, this.name, this.about);
    this.append(h("div", { class: "file-bar" }, what, this.tools), this.body);
  }

  /** @param {string} projectId @param {string} path @param {number | null} line */
  show(projectId, path, line) {
    const asked = `${projectId} ${path}`;
    if (asked === this.#asked) return line ? this.goTo(line) : undefined;
    this.#asked = asked;
    void this.#load(projectId, path, line);
  }

  /** @param {number} line from 1 */
  goTo(line) {
    if (!this.#mark(String(Math.max(1, Math.floor(line) || 1)))) return;
    this.body?.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  }

  /** @param {string} projectId @param {string} path @param {number | null} line */
  async #load(projectId, path, line) {
    const asked = this.#asked;
    if (this.name) setText(this.name, path);
    this.tools?.show(projectId, path, null);
    this.#tell("Loading…");
    try {
      const file = await this.actions.files.read(projectId, path);
      if (this.#asked !== asked) return;
      this.#draw(file, line);
      this.tools?.show(projectId, path, file);
    } catch (error) {
      if (isFilesOff(error)) this.onOff();
      if (this.#asked === asked) this.#tell(whyNot(error));
    }
  }

  /** @param {P.FileText} file @param {number | null} line */
  #draw(file, line) {
    if (file.text !== undefined) this.#drawText(file.path, file.text, line);
    else if (file.data !== undefined && file.mime.startsWith("image/"))
      this.body?.replaceChildren(h("img", { src: `data:${file.mime};base64,${file.data}`, alt: file.path }));
    else this.#tell(file.mime.startsWith("image/") ? TOO_LARGE : NO_TEXT);
    const lines = file.text === undefined ? "" : plural(textLines(file.text).length, "line");
    const cut = file.truncated && file.text !== undefined ? "only its beginning is shown" : "";
    if (this.about) setText(this.about, [lines, bytes(file.size), cut].filter(Boolean).join(" · "));
  }

  /** @param {string} path @param {string} text @param {number | null} line */
  #drawText(path, text, line) {
    const lines = textLines(text);
    const asked = this.#asked;
    this.#fill(lines.map((one) => [one]));
    if (this.body) this.body.scrollTop = 0;
    if (line) this.goTo(line);
    whenIdle(async () => {
      const hljs = await knownHighlighter();
      if (!hljs || asked !== this.#asked || !this.body) return;
      const coloured = colouredLines(hljs, lines.join("\n"), fileLanguage(hljs, path));
      if (coloured) this.#fillAgain(this.body, coloured);
    });
  }

  /** The same lines in colour: what is in sight stays. @param {HTMLElement} body @param {(string | Node)[][]} lines */
  #fillAgain(body, lines) {
    const { scrollTop } = body;
    const current = body.querySelector("[aria-current]")?.getAttribute("data-line");
    this.#fill(lines);
    body.scrollTop = scrollTop;
    if (current) this.#mark(current);
  }

  /** @param {(string | Node)[][]} lines */
  #fill(lines) {
    this.body?.replaceChildren(h("pre", { class: "code" }, ...codePieces(lines)));
  }

  /** @param {string} line @returns {boolean} whether there is such a line */
  #mark(line) {
    for (const marked of this.body?.querySelectorAll("[aria-current]") ?? []) marked.removeAttribute("aria-current");
    const row = this.body?.querySelector(`[data-line="${line}"]`);
    row?.setAttribute("aria-current", "true");
    return Boolean(row);
  }

  /** @param {string} words */
  #tell(words) {
    this.body?.replaceChildren(h("p", { class: "none file-told", role: "status" }, words));
    if (this.about) setText(this.about, "");
  }
}

const TOO_LARGE = "This picture is too large to show here.";
const NO_TEXT = "This file is not text, so there is nothing to read here.";

/** @param {number} size */
function bytes(size) {
  if (size < 1_000) return `${size} bytes`;
  return size < 1_000_000 ? `${Math.round(size / 1_000)} kB` : `${count(Math.round(size / 100_000) / 10)} MB`;
}

define("file-viewer", FileViewer);
