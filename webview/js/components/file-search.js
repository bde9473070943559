// @ts-check
import { define, PilotElement } from "../element.js";
import { hitParts } from "../files/file-tree.js";
import { isFilesOff, whyNot } from "../files/files.js";
import { h } from "../html.js";

const FILES_PAUSE = 250; // ms after the last key

/** Finds files by a part of their name or a pattern. */
export class FileSearch extends PilotElement {
  #project = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #asked = 0;
  /** Called with a file that is to be shown. @type {(path: string) => void} */ onOpen = () => {};
  /** Called when the hub shows no files. @type {() => void} */ onOff = () => {};
  /** Called when there is something to look for, or no more. @type {(searching: boolean) => void} */ onSearching =
    () => {};

  build() {
    this.field = h("input", {
      type: "text",
      role: "searchbox",
      "aria-label": "Find files",
      placeholder: "Find files: name or **/*.py",
      autocomplete: "off",
      spellcheck: "false",
      "aria-controls": "file-hits",
    });
    this.hits = h("div", { class: "file-hits", id: "file-hits", hidden: true });
    this.told = h("p", { class: "sr-only", role: "status" });
    this.field.addEventListener("input", () => this.#onInput());
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.append(this.field, this.hits, this.told);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  /** @param {string} projectId */
  show(projectId) {
    if (this.#project === projectId) return;
    this.#project = projectId;
    this.#clear();
  }

  #clear() {
    if (this.field) this.field.value = "";
    this.#onInput();
  }

  #onInput() {
    const pattern = this.field?.value.trim() ?? "";
    clearTimeout(this.#timer);
    this.#asked++;
    if (this.hits) this.hits.hidden = !pattern;
    this.onSearching(Boolean(pattern));
    if (pattern) this.#timer = setTimeout(() => this.#search(pattern), FILES_PAUSE);
    else this.hits?.replaceChildren();
  }

  /** @param {string} pattern */
  async #search(pattern) {
    const asked = ++this.#asked;
    try {
      const { paths, truncated } = await this.actions.files.search(this.#project, pattern);
      if (asked === this.#asked) this.#show(paths, pattern, truncated);
    } catch (error) {
      if (isFilesOff(error)) this.onOff();
      if (asked === this.#asked) this.#tell(whyNot(error));
    }
  }

  /** @param {string[]} paths @param {string} pattern @param {boolean} more */
  #show(paths, pattern, more) {
    if (!paths.length) return this.#tell("No file has such a name.");
    const rows = paths.map((path) => {
      const parts = hitParts(path, pattern).map(({ text, hit }) => (hit ? h("mark", null, text) : text));
      return h(
        "button",
        { type: "button", class: "file-hit", title: path, on: { click: () => this.onOpen(path) } },
        h("span", null, ...parts),
      );
    });
    this.hits?.replaceChildren(
      ...rows,
      ...(more ? [h("p", { class: "tree-note" }, "There are more. Type more letters.")] : []),
    );
    if (this.told) this.told.textContent = `${paths.length}${more ? " or more" : ""} found`;
  }

  /** @param {string} words */
  #tell(words) {
    this.hits?.replaceChildren(h("p", { class: "tree-note" }, words));
    if (this.told) this.told.textContent = words;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const rows = [...(this.hits?.querySelectorAll("button") ?? [])];
    const at = rows.findIndex((row) => row.matches(":focus"));
    if (event.key === "Escape" && this.field?.value) {
      this.#clear();
      this.field.focus();
    } else if (event.key === "Enter" && at < 0) rows[0]?.click();
    else if (event.key === "ArrowDown") rows[at + 1]?.focus();
    else if (event.key === "ArrowUp") (rows[at - 1] ?? this.field)?.focus();
    else return;
    event.preventDefault();
  }
}

define("file-search", FileSearch);
