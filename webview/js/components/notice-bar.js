// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** What went wrong with the last thing a person did, and what to do about it; what can be taken back; what happened elsewhere. */
class NoticeBar extends PilotElement {
  build() {
    this.problem = h("div", { role: "alert" });
    this.done = h("div", { role: "status" });
    this.told = h("div", { class: "news", role: "status" });
    this.append(this.problem, this.done, this.told);
  }

  render() {
    const { notice, undo, told } = this.dataset.place === "sheet" ? { ...this.ui, notice: null, undo: null } : this.ui;
    if (!this.problem || !this.done || !this.told || !this.changed(notice, undo, told)) return;
    this.hidden = !notice && !undo && !told;
    const said = notice && [notice.message, notice.hint].filter(Boolean).join(" ");
    this.problem.replaceChildren(...(said ? this.#line(said, null, () => this.actions.dismissNotice()) : []));
    const back = { type: "button", class: "button", on: { click: () => this.actions.undoing.undo() } };
    this.done.replaceChildren(
      ...(undo ? this.#line(undo.message, h("button", back, "Undo"), () => this.actions.undoing.dismiss(undo.id)) : []),
    );
    this.told.replaceChildren(...(told ? this.#news(told) : []));
  }

  /** @param {P.Notice} told */
  #news({ title, body, project, sessionId }) {
    const words = [h("b", null, title), ...[project, body].filter(Boolean).map((one) => ` · ${one}`)];
    const open = () => {
      this.store.setUi({ told: null, sheet: null });
      if (sessionId) this.actions.openSession(sessionId);
    };
    const button = sessionId ? h("button", { type: "button", class: "button", on: { click: open } }, "Open") : null;
    return this.#line(h("span", null, ...words), button, () => this.store.setUi({ told: null }));
  }

  /** @param {string | HTMLElement} words @param {HTMLElement | null} button @param {() => void} dismiss */
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
