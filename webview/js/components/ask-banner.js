// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { AskCard } from "./ask-card.js"
 */
import { summaryOf } from "../asks/asking.js";
import { define, PilotElement } from "../element.js";
import { plural } from "../format.js";
import { h, keyed, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, askQueue, rootOf, rootOfAsk, shownAsk } from "../select.js";

const PHONE = "(max-width: 720px)";

/** What waits, wherever no dock is in sight: one line that opens into the whole ask, there and then. */
class AskBanner extends PilotElement {
  #open = false;

  build() {
    this.words = h("span", { class: "banner-words" });
    this.amount = h("span", { class: "badge" });
    this.line = h(
      "button",
      { type: "button", class: "ask-banner", "aria-expanded": "false", on: { click: () => this.#unfold(true) } },
      icon("ask"),
      this.words,
      this.amount,
      h("span", { class: "link" }, "Review"),
    );
    this.card = h("div", { class: "card-place" });
    this.append(this.line, this.card);
  }

  render() {
    const { queue, index, ask } = this.#waiting;
    this.hidden = !ask;
    if (!ask) this.#open = false;
    if (!this.line || !this.card || !this.words || !this.amount) return;
    this.line.hidden = this.#open;
    setText(this.words, ask ? `${agentName(ask.agent)}: ${summaryOf(ask)}` : "");
    setText(this.amount, queue.length > 1 ? String(queue.length) : "");
    setAttribute(this.amount, "title", plural(queue.length, "ask"));
    this.amount.hidden = queue.length < 2;
    keyed(
      this.card,
      ask && this.#open ? [ask] : [],
      (shown) => `${shown.id} ${shown.digest}`,
      () => this.#make(),
      (card, shown) => card.show(shown, index, queue.length),
    );
  }

  /** @returns {AskCard} */
  #make() {
    // SAFETY: the element registered under that name
    const card = /** @type {AskCard} */ (document.createElement("ask-card"));
    card.onFold = () => this.#unfold(false);
    card.onStep = (by) => this.#step(by);
    return card;
  }

  /** @param {number} by */
  #step(by) {
    const { queue, index } = this.#waiting;
    const next = queue[(index + by + queue.length) % queue.length];
    if (next) this.store.setUi({ askId: next.id });
  }

  /** @param {boolean} open */
  #unfold(open) {
    this.#open = open;
    this.render();
    if (!open) this.line?.focus();
  }

  /** @returns {{ queue: P.Ask[], index: number, ask: P.Ask | undefined }} */
  get #waiting() {
    if (this.dataset.place === "sheet") return shownAsk(this.data, this.ui);
    if (this.#isCovered) return { queue: [], index: 0, ask: undefined };
    const columns = this.ui.split.length > 1 ? this.ui.split.map((id) => rootOf(this.data, id)) : [];
    const all = askQueue(this.data, this.ui.sessionId);
    const queue = all.filter((ask) => !columns.includes(rootOfAsk(this.data, ask)));
    const index = Math.max(
      0,
      queue.findIndex(({ id }) => id === this.ui.askId),
    );
    return { queue, index, ask: queue[index] };
  }

  /** Whether a dock or the list of asks is in sight anyway. */
  get #isCovered() {
    const { view, sessionId, split } = this.ui;
    if (view === "asks") return true;
    if (view === "files" || split.length > 1) return false;
    const inList = view === "list" && matchMedia(PHONE).matches;
    return Boolean(sessionId && this.data.sessions[sessionId]) && !inList;
  }
}

define("ask-banner", AskBanner);
