// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { AskQuestion } from "./ask-question.js"
 */
import { askButtons } from "../asks/answers.js";
import { askBody, where } from "../asks/asking.js";
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { mayCall } from "../select.js";

const OFFLINE = "Pilot cannot be reached, so nothing can be answered from here. The agent goes on waiting.";
const GUARD = 250; // ms: a card that appears under the finger does not take its tap

/** One ask, complete: what, who and where, the whole command or diff, what "always" means, the answers. */
export class AskCard extends PilotElement {
  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => this.#tick(), 1_000);
    this.guard = setTimeout(() => this.#arm(), GUARD);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    clearTimeout(this.guard);
  }

  /** @param {P.Ask} ask @param {number} index @param {number} amount */
  show(ask, index, amount) {
    if (!this.card) this.#compose(ask);
    this.ask = ask;
    if (this.place) setText(this.place, `${index + 1}/${amount}`);
    if (this.steps) this.steps.hidden = amount < 2;
    this.#state();
    this.#tick();
  }

  /** @param {P.Ask} ask */
  #compose(ask) {
    const step = (/** @type {number} */ by, /** @type {string} */ label, /** @type {"left" | "right"} */ name) =>
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": label, on: { click: () => this.onStep(by) } },
        icon(name),
      );
    this.place = h("span", { class: "place" });
    this.steps = h(
      "span",
      { class: "steps" },
      step(-1, "Previous ask", "left"),
      this.place,
      step(1, "Next ask", "right"),
    );
    this.left = h("span", { class: "left" });
    const fold = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Fold asks",
        on: { click: () => this.onFold() },
      },
      icon("fold"),
    );
    const names = { permission: "Permission request", question: "Question", plan: "Plan" };
    this.note = h("p", { class: "problem", role: "alert" });
    this.buttons = h("div", { class: "answers" });
    this.card = h(
      "section",
      { class: "ask", role: "group", "aria-label": names[ask.kind], "data-kind": ask.kind },
      h(
        "header",
        null,
        h("h2", null, heading(ask)),
        where(this.data, this.ui, ask, this.actions),
        h("span", { class: "corner" }, this.steps, this.left, fold),
      ),
      askBody(ask),
      this.note,
      this.buttons,
    );
    this.append(this.card);
    this.#offer(ask);
  }

  /** @param {P.Ask} ask */
  #offer(ask) {
    if (!mayCall(this.data, "asks.decide")) {
      this.buttons?.append(h("p", { class: "quiet-text" }, "You are watching. Somebody who may answer has to."));
    } else if (ask.kind === "question" && ask.decisions.includes("answer")) {
      // SAFETY: the element registered under that name
      const form = /** @type {AskQuestion} */ (document.createElement("ask-question"));
      this.buttons?.append(form);
      form.show(ask);
    } else
      this.buttons?.append(
        askButtons(ask, this.data.sessions[ask.sessionId]?.capabilities, (decision) =>
          this.actions.decide(ask, decision),
        ),
      );
  }

  #state() {
    const { ask } = this;
    if (!ask) return;
    const deciding = this.ui.deciding[ask.id];
    const problem = this.ui.askProblems[ask.id];
    setAttribute(this, "data-deciding", deciding ?? null);
    const away = this.ui.connection.state === "open" ? "" : OFFLINE;
    const words = away || [problem?.message, problem?.hint].filter(Boolean).join(" ");
    if (this.note) setText(this.note, words);
    if (this.note) this.note.hidden = !words;
    this.#enable(Boolean(this.armed) && !deciding && !away);
  }

  #arm() {
    this.armed = true;
    this.#state();
  }

  /** @param {boolean} enabled */
  #enable(enabled) {
    for (const answer of this.querySelectorAll("button[data-decision]")) setAttribute(answer, "disabled", !enabled);
  }

  #tick() {
    if (!this.left || !this.ask) return;
    const rest = this.ask.deadline === undefined ? null : this.ask.deadline - Date.now();
    setText(this.left, rest === null ? "" : countdown(rest));
    setAttribute(this.left, "title", rest === null ? null : "Then it goes back to the terminal");
    setAttribute(this.left, "data-soon", rest !== null && rest < 30_000);
  }

  /** @type {P.Ask | undefined} */ ask;
  armed = false;
  onFold = () => this.actions.foldDock(true);
  onStep = (/** @type {number} */ by) => this.actions.stepAsk(by);
}

/** @param {P.Ask} ask */
function heading(ask) {
  const title = ask.title || "Permission";
  return /[?.!]$/.test(title) || ask.kind !== "permission" ? title : `${title}?`;
}

define("ask-card", AskCard);
