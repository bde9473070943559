// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** What went wrong with the last thing a person did, and what to do about it; what can be taken back. */
class NoticeBar extends PilotElement {
  build() {
    this.problem = h("div", { role: "alert" });
    this.done = h("div", { role: "status" });
    this.append(this.problem, this.done);
  }

  render() {
    const { notice, undo } = this.ui;
    if (!this.problem || !this.done || !this.changed(notice, undo)) return;
    this.hidden = !notice && !undo;
    const said = notice && [notice.message, notice.hint].filter(Boolean).join(" ");
    this.problem.replaceChildren(...(said ? this.#line(said, null, () => this.actions.dismissNotice()) : []));
    const back = { type: "button", class: "button", on: { click: () => this.actions.undoing.undo() } };
    this.done.replaceChildren(
      ...(undo ? this.#line(undo.message, h("button", back, "Undo"), () => this.actions.undoing.dismiss(undo.id)) : []),
    );
  }

  /** @param {string} words @param {HTMLElement | null} button @param {() => void} dismiss */
  #line(words, button, dismiss) {
    const close = h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: dismiss } },
      icon("cross"),
    );
    return [h("p", null, words), ...(button ? [button] : []), close];
  }
}

define("notice-bar", NoticeBar);
