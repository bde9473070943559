// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { plural, within } from "../format.js";
import { h } from "../html.js";
import { sidePart } from "../panels/side.js";

const FILES_SHOWN = 12;

/** The files that the session changed; one opens the diff there. */
class SideFiles extends PilotElement {
  #all = "";

  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    if (!this.changed(session?.files, session?.id, this.#all)) return;
    this.hidden = !session?.files.length;
    this.replaceChildren(...(session?.files.length ? [this.#part(session)] : []));
  }

  /** @param {P.Session} session */
  #part({ id, files, directory }) {
    const shown = this.#all === id ? files : files.slice(0, FILES_SHOWN);
    const rows = shown.map((file) => this.#row(file, within(file.path, directory)));
    const more = files.length - shown.length;
    const click = () => {
      this.#all = id;
      this.render();
    };
    return sidePart(
      files.length > 1 ? `${plural(files.length, "file")} changed` : "Files changed",
      ...rows,
      more > 0 && h("button", { type: "button", class: "kv side-more", on: { click } }, `Show ${more} more`),
    );
  }

  /** @param {P.FileDiff} file @param {string} name */
  #row(file, name) {
    const click = () => this.actions.facts.openDiff(file.path);
    return h(
      "button",
      { type: "button", class: "kv file", "data-status": file.status, title: file.path, on: { click } },
      h("span", null, name),
      file.status === "modified" && h("span", { class: "sr-only" }, ", changed, "),
      file.status === "deleted" ? h("span", null, "deleted") : amountOf(file),
    );
  }
}

/** @param {P.FileDiff} file */
function amountOf(file) {
  const added = file.additions ? h("span", { class: "plus" }, `+${file.additions}`) : null;
  const removed = file.deletions ? h("span", { class: "minus" }, `−${file.deletions}`) : null;
  return h("span", null, file.status === "added" && "new ", added, added && removed ? " " : null, removed);
}

define("side-files", SideFiles);
