// @ts-check
import { define } from "../element.js";
import { isWholePath } from "../format.js";
import { h, setText } from "../html.js";
import { Sheet } from "../sheet.js";

/** Open a folder of the hub's machine as a project. */
class FolderSheet extends Sheet {
  sheet = /** @type {const} */ ("folder");
  heading = "Open a folder";

  fill() {
    const field = h("input", { type: "text", autocomplete: "off", autofocus: true, spellcheck: "false" });
    setTimeout(() => field.focus());
    const problem = h("p", { class: "problem", role: "alert" });
    const machine = this.data.hub?.machine;
    const form = h(
      "form",
      { class: "fields" },
      h("label", null, machine ? `Whole path on ${machine}` : "Whole path", field),
      problem,
      h("button", { class: "send" }, "Open"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const path = field.value.trim();
      if (!isWholePath(path)) return setText(problem, "Write the whole path, such as /home/ada/shop.");
      setText(problem, "");
      void this.#open(path, problem);
    });
    this.content?.replaceChildren(form);
  }

  /** @param {string} path @param {Element} problem */
  async #open(path, problem) {
    const opened = await this.actions.frame.openFolder(path);
    const notice = this.ui.notice;
    if (opened || !notice) return;
    setText(problem, [notice.message, notice.hint].filter(Boolean).join(" "));
    this.actions.dismissNotice();
  }
}

define("folder-sheet", FolderSheet);
