// @ts-check
import { PilotElement } from "./element.js";
import { swipeAway } from "./frame/swipe.js";
import { h } from "./html.js";
import { icon } from "./icons.js";

/** The base of all sheets: a modal dialog that is open while the store says so. */
export class Sheet extends PilotElement {
  /** @type {import("./types").Ui["sheet"]} */ sheet = null;
  heading = "";

  build() {
    const close = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close",
        on: { click: () => this.actions.showSheet(null) },
      },
      icon("cross"),
    );
    this.content = h("div", { class: "sheet-content" });
    this.dialog = h(
      "dialog",
      { class: "sheet", "aria-label": this.heading },
      h("header", null, h("h2", null, this.heading), close),
      this.content,
    );
    this.dialog.addEventListener("close", () => this.ui.sheet === this.sheet && this.actions.showSheet(null));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.actions.showSheet(null));
    swipeAway(this.dialog, "down", () => this.actions.showSheet(null));
    this.append(this.dialog);
  }

  render() {
    const wanted = this.ui.sheet === this.sheet;
    if (!this.dialog || wanted === this.dialog.open) return;
    if (!wanted) return this.#shut(this.dialog);
    this.fill();
    this.#showAsks(this.dialog);
    this.dialog.showModal();
  }

  /** What waits, and what is told, is in sight over every page, this one too. @param {HTMLDialogElement} dialog */
  #showAsks(dialog) {
    if (dialog.querySelector("ask-banner")) return; // Esc closed it, and it was opened again
    const banner = document.createElement("ask-banner");
    banner.dataset.place = "sheet";
    dialog.prepend(document.createElement("confirmation-strip"));
    const news = document.createElement("notice-bar");
    news.dataset.place = "sheet";
    this.content?.after(news); // what stands below stays where it is
    dialog.append(banner);
  }

  /** @param {HTMLDialogElement} dialog */
  #shut(dialog) {
    dialog.close();
    for (const banner of dialog.querySelectorAll("ask-banner, confirmation-strip, notice-bar")) banner.remove();
  }

  /** Make the content; called each time before it opens. */
  fill() {}
}
