// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { icon } from "../icons.js";

/** What went wrong with the last thing a person did, and what to do about it. */
class NoticeBar extends PilotElement {
  build() {
    this.setAttribute("role", "alert");
  }

  render() {
    const { notice } = this.ui;
    if (!this.changed(notice)) return;
    this.hidden = !notice;
    if (!notice) return this.replaceChildren();
    const close = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Dismiss",
        on: { click: () => this.actions.dismissNotice() },
      },
      icon("cross"),
    );
    this.replaceChildren(h("p", null, [notice.message, notice.hint].filter(Boolean).join(" ")), close);
  }
}

define("notice-bar", NoticeBar);
