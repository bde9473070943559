// @ts-check
/** @import { Line } from "../transcript/lines.js" */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { lineAsMarkdown } from "../transcript/line-text.js";

const ACT_SAID = 1_600; // ms

/** What can be done with one message: its time, copy it, copy a link to it. In reach of Tab once the message has the focus. */
class LineActs extends PilotElement {
  build() {
    this.time = h("time");
    this.copy = actButton("copy", "Copy as Markdown", () => this.#copy());
    this.link = actButton("link", "Copy link", () => this.#link());
    this.said = h("span", { class: "said", role: "status" });
    this.append(this.said, this.time, this.copy, ...(this.actions.editor ? [] : [this.link]));
    this.parentElement?.addEventListener("pointerenter", () => this.#tellTime());
    this.parentElement?.addEventListener("focusin", () => this.#reach(0));
    this.parentElement?.addEventListener("focusout", () => this.#reach(-1));
  }

  /** @param {Line} line @param {string} sessionId */
  show(line, sessionId) {
    this.line = line;
    this.sessionId = sessionId;
  }

  /** Only when somebody looks: formatting times is slow. */
  #tellTime() {
    const { line, time } = this;
    if (!line || !("at" in line) || !time || time.dateTime) return;
    const at = new Date(line.at);
    setText(time, at.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" }));
    setAttribute(time, "title", at.toLocaleString());
    time.dateTime = at.toISOString();
  }

  async #copy() {
    if (this.line)
      this.#say((await this.actions.reading.copy(lineAsMarkdown(this.line))) ? "Copied" : "Not allowed here");
  }

  async #link() {
    if (!this.line || !this.sessionId) return;
    const copied = await this.actions.reading.copyLink(this.sessionId, this.line.id);
    this.#say(copied ? "Link copied" : "Not allowed here");
  }

  /** @param {string} text */
  #say(text) {
    if (!this.said) return;
    this.said.textContent = text;
    setTimeout(() => this.said?.replaceChildren(), ACT_SAID);
  }

  /** @param {number} tabIndex */
  #reach(tabIndex) {
    this.#tellTime();
    for (const button of this.querySelectorAll("button")) button.tabIndex = tabIndex;
  }

  /** @type {Line | undefined} */ line;
  /** @type {string | undefined} */ sessionId;
}

/** @param {import("../icons.js").IconName} name @param {string} label @param {() => void} click */
function actButton(name, label, click) {
  const props = {
    type: "button",
    class: "icon-button",
    "aria-label": label,
    title: label,
    tabindex: "-1",
    on: { click },
  };
  return h("button", props, icon(name));
}

define("line-acts", LineActs);
