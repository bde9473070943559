// @ts-check
/** @import { Branch, TreeRow } from "../files/file-tree.js" */
import { define, PilotElement } from "../element.js";
import { foldersAbove, treeRows, treeStep } from "../files/file-tree.js";
import { isFilesOff, whyNot } from "../files/files.js";
import { h, keyed, setAttribute, setProps, setText } from "../html.js";
import { icon } from "../icons.js";

/** A project's folders, each asked for when it is opened; WAI-ARIA's tree, by keyboard too. */
export class FolderTree extends PilotElement {
  /** @type {Map<string, Branch>} */ #branches = new Map();
  /** @type {Set<string>} */ #open = new Set();
  #project = "";
  #at = "";
  /** @type {string | null} */ shown = null;
  /** Called with a file that is to be shown. @type {(path: string) => void} */ onOpen = () => {};
  /** Called when the hub shows no files. @type {() => void} */ onOff = () => {};

  build() {
    this.setAttribute("role", "tree");
    this.setAttribute("aria-label", "Files of the project");
    this.addEventListener("keydown", (event) => this.#onKey(event));
    this.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest("[data-path]") : null;
      if (row) this.#act(row.getAttribute("data-path") ?? "");
    });
  }

  /** @param {string} projectId @param {string | null} path the file in view */
  show(projectId, path) {
    if (projectId !== this.#project) this.#startOver(projectId);
    if (path === this.shown && this.#branches.size) return;
    this.shown = path;
    if (path) {
      this.#at = path;
      for (const folder of foldersAbove(path)) this.#unfold(folder);
    }
    this.draw();
  }

  /** Ask for all again. */
  refresh() {
    this.actions.files.forget();
    for (const path of ["", ...this.#open]) void this.#load(path);
  }

  draw() {
    const rows = treeRows(this.#branches, this.#open);
    if (!rows.some((row) => row.path === this.#at && row.kind !== "note")) this.#at = rows[0]?.path ?? "";
    keyed(
      this,
      rows,
      (row) => row.path,
      treeRow,
      (element, row) => this.#update(element, row),
    );
  }

  /** @param {string} projectId */
  #startOver(projectId) {
    this.#project = projectId;
    this.#branches.clear();
    this.#open.clear();
    this.#at = "";
    this.shown = null;
    void this.#load("");
  }

  /** @param {string} path */
  async #load(path) {
    const project = this.#project;
    if (!this.#branches.has(path)) this.#branches.set(path, "loading");
    this.draw();
    /** @type {Branch} */
    const branch = await this.actions.files.tree(project, path).catch((error) => {
      if (isFilesOff(error)) this.onOff();
      return { message: whyNot(error) };
    });
    if (project !== this.#project) return;
    this.#branches.set(path, branch);
    this.draw();
  }

  /** @param {string} path */
  #unfold(path) {
    if (this.#open.has(path)) return;
    this.#open.add(path);
    if (!this.#branches.has(path)) void this.#load(path);
  }

  /** @param {string} path */
  #act(path) {
    const row = treeRows(this.#branches, this.#open).find((one) => one.path === path);
    if (!row || row.kind === "note") return;
    this.#at = path;
    if (row.kind === "file") this.onOpen(path);
    else if (row.open) this.#open.delete(path);
    else this.#unfold(path);
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.#act(this.#at);
    }
    const step = treeStep(treeRows(this.#branches, this.#open), this.#at, event.key);
    if (!step) return;
    event.preventDefault();
    if ("toggle" in step) return this.#act(step.toggle);
    this.#at = step.to;
    this.draw();
    const row = this.querySelector("[tabindex='0']");
    if (row instanceof HTMLElement) row.focus();
  }

  /** @param {HTMLElement} element @param {TreeRow} row */
  #update(element, row) {
    if (row.kind === "note") return setText(element, row.name);
    setProps(element, {
      "aria-expanded": row.kind === "folder" ? String(row.open) : null,
      "aria-level": row.level,
      "aria-posinset": row.position,
      "aria-setsize": row.amount,
      "aria-selected": row.kind === "file" ? String(row.path === this.shown) : null,
      tabindex: row.path === this.#at ? "0" : "-1",
    });
    setAttribute(element, "data-open", row.open);
    element.style.setProperty("--level", String(row.level));
  }
}

/** @param {TreeRow} row */
function treeRow({ path, name, kind }) {
  if (kind === "note") return h("div", { class: "tree-note", role: "none" }, name);
  const symbol = kind === "folder" ? icon("right") : icon("file");
  return h(
    "div",
    { class: "tree-row", role: "treeitem", "data-path": path, "data-kind": kind },
    symbol,
    h("span", null, name),
  );
}

define("folder-tree", FolderTree);
