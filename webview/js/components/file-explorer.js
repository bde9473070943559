// @ts-check
/**
 * @import { FileSearch } from "./file-search.js"
 * @import { FileViewer } from "./file-viewer.js"
 * @import { FolderTree } from "./folder-tree.js"
 */
import { define, PilotElement } from "../element.js";
import { h, setAttribute } from "../html.js";
import { icon } from "../icons.js";
import { may, mayBrowse, mayCall } from "../select.js";

/** A project's files: folders and a search on one side, the file on the other; on a phone one at a time. */
class FileExplorer extends PilotElement {
  #off = false;
  #allowed = false;

  build() {
    this.className = "stage";
    this.setAttribute("role", "main");
    // SAFETY: the elements registered under those names
    this.tree = /** @type {FolderTree} */ (document.createElement("folder-tree"));
    this.search = /** @type {FileSearch} */ (document.createElement("file-search"));
    this.viewer = /** @type {FileViewer} */ (document.createElement("file-viewer"));
    for (const part of [this.tree, this.search, this.viewer]) part.onOff = () => this.#setOff(true);
    this.tree.onOpen = (path) => this.#open(path);
    this.search.onOpen = (path) => this.#open(path);
    this.search.onSearching = (searching) => this.#hideTree(searching);
    this.picker = h("select", { "aria-label": "Project" });
    this.picker.addEventListener("change", () => this.picker && this.actions.files.open(this.picker.value));
    const back = {
      type: "button",
      class: "icon-button",
      "aria-label": "Back",
      on: { click: () => this.actions.back() },
    };
    const again = {
      type: "button",
      class: "icon-button",
      title: "Look again",
      "aria-label": "Look again",
      on: { click: () => this.tree?.refresh() },
    };
    this.empty = h("p", { class: "none file-none" }, "Pick a file to read it.");
    this.panes = h(
      "div",
      { class: "file-panes" },
      h("div", { class: "file-side" }, this.search, this.tree),
      h("div", { class: "file-main" }, this.empty, this.viewer),
    );
    this.screen = h("div", { class: "files-off" });
    const head = h(
      "div",
      { class: "files-head" },
      h("button", back, icon("left")),
      h("h1", null, "Files"),
      this.picker,
      h("span", { class: "spring" }),
      h("button", again, icon("again")),
    );
    this.append(head, this.panes, this.screen, document.createElement("notice-bar"));
  }

  render() {
    const { files } = this.ui;
    this.#lookWhetherAllowed();
    if (!files || !this.changed(files, this.data.projects, this.data.viewer, this.#off)) return;
    const project = this.data.projects[files.projectId];
    if (!this.panes || !this.screen) return;
    this.#fillPicker(files.projectId);
    this.panes.hidden = this.#off || !project || !mayCall(this.data, "files.tree");
    this.screen.hidden = !this.panes.hidden;
    if (this.panes.hidden)
      return this.screen.replaceChildren(
        ...(project ? this.#offWords() : [h("p", null, "This project is not known here.")]),
      );
    this.dataset.shows = files.path ? "file" : "list";
    this.tree?.show(files.projectId, files.path);
    this.search?.show(files.projectId);
    if (this.empty && this.viewer) [this.empty.hidden, this.viewer.hidden] = [Boolean(files.path), !files.path];
    if (files.path) this.viewer?.show(files.projectId, files.path, files.line);
  }

  /** Somebody may have switched it on elsewhere. */
  #lookWhetherAllowed() {
    const allowed = mayBrowse(this.data);
    const fresh = allowed && !this.#allowed;
    this.#allowed = allowed;
    if (fresh && this.#off) this.#begin();
  }

  /** @param {boolean} hidden */
  #hideTree(hidden) {
    if (this.tree) this.tree.hidden = hidden;
  }

  /** @param {string} path */
  #open(path) {
    const { files } = this.ui;
    const project = files && this.data.projects[files.projectId];
    if (!project) return;
    const whole = `${project.directory}/${path}`;
    if (this.actions.editor?.opens(whole)) this.actions.editor.openFile(whole);
    else this.actions.files.open(project.id, path);
  }

  /** @param {string} projectId */
  #fillPicker(projectId) {
    if (!this.picker) return;
    const projects = Object.values(this.data.projects).toSorted((a, b) => a.name.localeCompare(b.name));
    this.picker.replaceChildren(
      ...projects.map(({ id, name, directory }) => h("option", { value: id, title: directory }, name)),
    );
    this.picker.value = projectId;
    setAttribute(this.picker, "disabled", projects.length < 2);
  }

  /** @param {boolean} off */
  #setOff(off) {
    this.#off = off;
    this.render();
  }

  #offWords() {
    if (!may(this.data, "operate")) return [h("p", null, "This device may look at sessions, but not read files.")];
    const opens =
      "Every device that may send prompts could then read the text of files in your projects’ folders. Nothing outside of them is shown, and nothing can be changed.";
    const admin = may(this.data, "admin");
    return [
      h("h2", null, "Looking at files is switched off"),
      h("p", null, admin ? opens : "Whoever owns this hub can switch it on in the settings, under Files."),
      admin ? this.#wayToSwitchOn() : null,
    ].filter((part) => part !== null);
  }

  /** In VS Code settings are VS Code's own. */
  #wayToSwitchOn() {
    const { editor } = this.actions;
    const click = async () => {
      if (editor) this.actions.openSettings();
      else if (await this.actions.files.switchOn()) this.#begin();
    };
    const label = editor ? "Open VS Code's settings" : "Let files be read";
    return h("button", { type: "button", class: "button", on: { click } }, label);
  }

  #begin() {
    this.#setOff(false);
    this.tree?.refresh();
  }
}

define("file-explorer", FileExplorer);
