// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { oneLine } from "../format.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { foldOf, rememberFold } from "../transcript/folds.js";
import { eachSecond } from "../transcript/ticking.js";
import { makePart, updatePart } from "../transcript/tool-parts.js";
import { bodyOf, fileOf, iconOf, metaOf, opensByItself, STATUS, subjectOf, verbOf } from "../transcript/tools.js";

/** One tool call: a line that tells what and how it went, and a body built when it is opened. */
class ToolCard extends PilotElement {
  build() {
    this.sign = h("span", { class: "sign" });
    this.verb = h("span", { class: "verb" });
    this.subject = h("code");
    this.meta = h("span", { class: "meta" });
    this.last = h("span", { class: "last", hidden: true });
    this.body = h("div", { class: "tool-body" });
    const click = () => rememberFold(this.item?.id ?? "", !this.details?.open);
    const summary = h("summary", { on: { click } }, this.sign, this.verb, this.subject, this.meta, this.last);
    this.details = h("details", { class: "tool", on: { toggle: () => this.#fill() } }, summary, this.body);
    this.append(this.details);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stopTicking();
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
    setAttribute(this.details, "data-kind", item.toolKind);
    this.#sign(item);
    setText(this.verb, verbOf(item));
    setText(this.subject, subjectOf(item, this.directory ?? ""));
    this.#tellTime();
    this.#tellChild(item);
    const open = foldOf(item.id) ?? (this.details.open || opensByItself(item));
    if (this.details.open !== open) this.details.open = open;
    this.#fill();
  }

  /** How long it has been going on ticks. */
  #tellTime() {
    const { item, meta } = this;
    if (!item || !meta) return;
    setText(meta, metaOf(item, Date.now()));
    if (item.status !== "running") this.#stopTicking();
    else this.#ticking ??= eachSecond(() => this.#tellTime());
  }

  #stopTicking() {
    this.#ticking?.();
    this.#ticking = undefined;
  }

  /** A sub-agent's last line, so that nobody needs to open it. @param {P.ToolItem} item */
  #tellChild(item) {
    const child = this.data.sessions[item.childSessionId ?? ""];
    if (!this.last) return;
    this.last.hidden = !child?.lastLine;
    setText(this.last, child ? oneLine(child.lastLine) : "");
  }

  /** @param {P.ToolItem} item */
  #sign(item) {
    const ended = /** @type {const} */ ({ completed: "check", failed: "cross", denied: "denied" });
    const name = item.status in ended ? ended[/** @type {keyof typeof ended} */ (item.status)] : iconOf(item); // SAFETY: it is a key
    if (this.signName === name || !this.sign) return;
    this.signName = name;
    this.sign.replaceChildren(icon(name));
    setAttribute(this.sign, "title", STATUS[item.status]);
  }

  /** Being opened is told late: the card may be gone by then, and is filled when it comes back. */
  #fill() {
    const { item, body } = this;
    if (!item || !body || !this.details?.open || !this.isConnected) return;
    const file = fileOf(item, this.directory ?? "");
    const parts = [
      ...(file && this.actions.reading.opens(file) ? [{ key: "open", item, path: file }] : []),
      ...item.files.filter((one) => one.patch).map((one) => ({ key: `diff ${one.path}`, item, file: one })),
      ...bodyOf(item).map((part) => ({ key: part.kind, item, part })),
      ...(item.attachments?.length ? [{ key: "attachments", item }] : []),
      ...(item.childSessionId ? [{ key: "child", item, child: item.childSessionId }] : []),
    ];
    const opens = (/** @type {string} */ path) => this.actions.reading.openPath(path);
    keyed(
      body,
      parts.length ? parts : [{ key: "nothing", item }],
      (part) => part.key,
      makePart,
      (element, part) => updatePart(element, part, { opens }),
    );
  }

  /** @type {P.ToolItem | undefined} */ item;
  /** @type {string | undefined} */ directory;
  /** @type {string | undefined} */ signName;
  /** @type {(() => void) | undefined} */ #ticking;
}

define("tool-card", ToolCard);
