// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { Sheet } from "../sheet.js";

/** Everything the session changed, file by file. */
class DiffSheet extends Sheet {
  sheet = /** @type {const} */ ("diff");
  heading = "Files changed";

  fill() {
    this.content?.replaceChildren(h("p", { class: "none", role: "status" }, "Loading…"));
    void this.#load();
  }

  async #load() {
    const id = this.ui.sessionId;
    if (!id) return;
    try {
      const files = await this.actions.diff(id);
      this.content?.replaceChildren(
        ...(files.length ? files.map(view) : [h("p", { class: "none" }, "No changes yet.")]),
      );
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      this.content?.replaceChildren(
        h("p", { class: "none", role: "alert" }, `The changes could not be loaded. ${why}`),
      );
    }
  }
}

/** @param {import("../protocol.gen").FileDiff} file */
function view(file) {
  const element = document.createElement("diff-view");
  // SAFETY: the element registered under that name
  /** @type {any} */ (element).show(file, { heading: true, whole: false });
  return element;
}

define("diff-sheet", DiffSheet);
