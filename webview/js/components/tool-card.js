// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { titleOf } from "../select.js";
import { bodyOf, fileOf, iconOf, metaOf, opensByItself, STATUS, subjectOf, verbOf } from "../tools.js";

/** One tool call: a line that tells what and how it went, and a body built when it is opened. */
class ToolCard extends PilotElement {
  #touched = false;

  build() {
    this.sign = h("span", { class: "sign" });
    this.verb = h("span", { class: "verb" });
    this.subject = h("code");
    this.meta = h("span", { class: "meta" });
    this.body = h("div", { class: "tool-body" });
    const summary = h(
      "summary",
      { on: { click: () => (this.#touched = true) } },
      this.sign,
      this.verb,
      this.subject,
      this.meta,
    );
    this.details = h("details", { class: "tool", on: { toggle: () => this.#fill() } }, summary, this.body);
    this.append(this.details);
  }

  /**
   * @param {P.ToolItem} item
   * @param {string} directory
   */
  show(item, directory) {
    if (this.item === item) return;
    this.item = item;
    this.directory = directory;
    this.render();
  }

  render() {
    const item = this.item;
    if (!item || !this.changed(item, this.data.sessions[item.childSessionId ?? ""])) return;
    if (!this.details || !this.sign || !this.verb || !this.subject || !this.meta) return;
    setAttribute(this.details, "data-status", item.status);
    this.#sign(item);
    setText(this.verb, verbOf(item));
    setText(this.subject, subjectOf(item, this.directory ?? ""));
    setText(this.meta, metaOf(item));
    if (!this.#touched && opensByItself(item)) this.details.open = true;
    this.#fill();
  }

  /** @param {P.ToolItem} item */
  #sign(item) {
    const name = {
      completed: "check",
      failed: "cross",
      denied: "denied",
      running: iconOf(item),
      pending: iconOf(item),
    }[item.status];
    if (this.signName === name || !this.sign) return;
    this.signName = name;
    // SAFETY: all names above are icons
    this.sign.replaceChildren(icon(/** @type {import("../icons.js").IconName} */ (name)));
    setAttribute(this.sign, "title", STATUS[item.status]);
  }

  #fill() {
    const { item, body } = this;
    if (!item || !body || !this.details?.open) return;
    const file = fileOf(item, this.directory ?? "");
    const parts = [
      ...(file && this.actions.editor?.opens(file) ? [{ key: "open", path: file }] : []),
      ...item.files.filter((file) => file.patch).map((file) => ({ key: `diff ${file.path}`, file })),
      ...bodyOf(item).map((part) => ({ key: part.kind, part })),
      ...(item.childSessionId ? [{ key: "child", child: item.childSessionId }] : []),
    ];
    keyed(
      body,
      parts.length ? parts : [{ key: "nothing" }],
      (part) => part.key,
      makePart,
      (element, part) => this.#update(element, part),
    );
  }

  /** @param {HTMLElement} element @param {Part} part */
  #update(element, part) {
    if (part.file && "show" in element && typeof element.show === "function")
      element.show(part.file, { heading: (this.item?.files.length ?? 0) > 1, whole: false });
    else if (part.part) this.#follow(element, part.part.text);
    else if (part.child) this.#link(element, part.child);
    else if (part.path) this.#open(element, part.path);
  }

  /** Output grows at its end; stay there if the reader is there. @param {HTMLElement} element @param {string} text */
  #follow(element, text) {
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 8;
    setText(element, text);
    if (atEnd) element.scrollTop = element.scrollHeight;
  }

  /** @param {HTMLElement} element @param {string} child */
  #link(element, child) {
    const session = this.data.sessions[child];
    setText(element, `Open ${session ? titleOf(session, this.data.marks[child]) : "the sub-agent's session"}`);
    element.onclick = () => this.actions.openSession(child);
  }

  /** @param {HTMLElement} element @param {string} path */
  #open(element, path) {
    setText(element, `Open ${path.split(/[\\/]/).at(-1)}`);
    setAttribute(element, "title", path);
    element.onclick = () => this.actions.editor?.openFile(path);
  }

  /** @type {P.ToolItem | undefined} */ item;
  /** @type {string | undefined} */ directory;
  /** @type {string | undefined} */ signName;
}

/** @typedef {{ key: string, file?: P.FileDiff, part?: ReturnType<typeof bodyOf>[number], child?: string, path?: string }} Part */

/** @param {Part} part @returns {HTMLElement} */
function makePart(part) {
  if (part.file) return document.createElement("diff-view");
  if (part.child || part.path) return h("button", { type: "button", class: "link child-link" });
  if (part.part) return h("pre", { class: part.part.kind, tabindex: "0", "aria-label": NAMES[part.part.kind] });
  return h("p", { class: "no-diff" }, "No output");
}

/** @type {Record<string, string>} */
const NAMES = { command: "Command", output: "Output", error: "Error", input: "Input" };

define("tool-card", ToolCard);
