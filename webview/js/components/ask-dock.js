// @ts-check
/** @import { AskCard } from "./ask-card.js" */
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, keyed } from "../html.js";
import { icon } from "../icons.js";
import { rootOf, rootOfAsk, shownAsk } from "../select.js";

/** Docked above the composer: the ask that is offered now, out of all that wait anywhere. */
class AskDock extends PilotElement {
  /** @type {Set<string>} */ #seen = new Set();
  /** @type {string | null} */ #shown = null;

  build() {
    this.over = h("div", { class: "over", role: "status" });
    this.card = h("div", { class: "card-place", on: { focusin: () => this.#hold() } });
    this.folded = h("button", {
      type: "button",
      class: "dock-folded",
      on: { click: () => this.actions.foldDock(false) },
    });
    this.append(this.over, this.card, this.folded);
  }

  render() {
    const { asks, sessions, projects, viewer } = this.data;
    const { askId, sessionId, dockFolded, deciding, askProblems, answered, connection } = this.ui;
    const shown = [askId, sessionId, dockFolded, deciding, askProblems, answered, connection.state === "open"];
    if (!this.changed(asks, sessions, projects, viewer, ...shown)) return;
    const { queue, index, ask } = shownAsk(this.data, this.ui);
    this.#shown = ask?.id ?? null;
    this.#unfoldFor(queue);
    this.#showAnswered(answered);
    if (!this.card || !this.folded) return;
    this.folded.hidden = !dockFolded || !queue.length;
    this.folded.replaceChildren(
      icon("ask"),
      `${plural(queue.length, "ask")} waiting`,
      h("span", { class: "link" }, "Show"),
    );
    keyed(
      this.card,
      ask && !dockFolded ? [ask] : [],
      (shown) => `${shown.id} ${shown.digest}`,
      // SAFETY: the element registered under that name
      () => /** @type {AskCard} */ (document.createElement("ask-card")),
      (card, shown) => card.show(shown, index, queue.length),
    );
  }

  /** What somebody answers is not exchanged for what comes meanwhile: half an answer would be lost. */
  #hold() {
    if (this.#shown && this.ui.askId !== this.#shown) this.store.setUi({ askId: this.#shown });
  }

  /** New asks unfold the dock, once. @param {import("../protocol.gen").Ask[]} queue */
  #unfoldFor(queue) {
    const fresh = queue.filter((ask) => !this.#seen.has(ask.id));
    for (const ask of fresh) this.#seen.add(ask.id);
    if (fresh.length && this.ui.dockFolded) this.actions.foldDock(false);
  }

  /** @param {string | null} answered */
  #showAnswered(answered) {
    const ask = answered ? this.data.asks[answered] : undefined;
    const here = ask && this.ui.sessionId && rootOfAsk(this.data, ask) === rootOf(this.data, this.ui.sessionId);
    if (!this.over) return;
    keyed(
      this.over,
      ask && !here ? [ask] : [], // the transcript in view tells it already
      (over) => over.id,
      () => document.createElement("ask-line"),
      (line, over) => {
        if ("show" in line && typeof line.show === "function") line.show(over);
      },
    );
  }
}

define("ask-dock", AskDock);
