// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Picked } from "../types"
 */
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";
import { mayCall, whyNoPrompt } from "../select.js";

const A_FEW = 8; // more are searched in the palette

/** What the next prompt runs with: the agent's modes and models, where there is something to pick. */
export class PromptChoices extends PilotElement {
  #offered = ""; // what the session was and had when its choices were offered

  build() {
    this.mode = new Chooser(
      "Mode",
      "mode",
      (choice) => this.#pick(choice),
      () => this.actions.openPalette("modes"),
    );
    this.model = new Chooser(
      "Model",
      "model",
      (choice) => this.#pick(choice),
      () => this.actions.openPalette("models"),
    );
    this.append(...this.mode.parts, ...this.model.parts);
  }

  render() {
    const session = this.#session;
    if (!session || !mayCall(this.data, "sessions.prompt")) return;
    if (this.#offered !== traits(session)) void this.#offer(session);
    const picked = this.ui.picked[session.id];
    if (!this.changed(picked, session.id)) return;
    this.mode?.show(picked?.mode ?? session.mode);
    this.model?.show(picked?.model ?? session.model);
  }

  /** Only what differs from what the session has anyway. @returns {Picked} */
  get chosen() {
    const session = this.#session;
    return {
      ...differing("mode", this.mode?.value, session?.mode),
      ...differing("model", this.model?.value, session?.model),
    };
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  /** @param {Picked} choice */
  #pick(choice) {
    if (this.ui.sessionId) this.actions.composing.pick(this.ui.sessionId, choice);
  }

  /** @param {P.Session} session */
  async #offer(session) {
    const wanted = traits(session);
    if (!this.#offered.startsWith(`${session.id} `)) this.#hide();
    this.#offered = wanted;
    if (whyNoPrompt(this.data, session)) return this.#hide();
    const { modes, models } = await this.actions.options(session.id);
    if (this.#offered !== wanted) return;
    const picked = this.ui.picked[session.id];
    this.mode?.offer(modes, picked?.mode ?? session.mode);
    this.model?.offer(models, picked?.model ?? session.model);
  }

  #hide() {
    this.mode?.offer([], undefined);
    this.model?.offer([], undefined);
  }
}

/** A select for a few, a button that opens the palette for more. */
class Chooser {
  /** @type {P.Choice[]} */ #choices = [];

  /** @param {string} label @param {"mode" | "model"} name @param {(choice: Picked) => void} pick @param {() => void} search */
  constructor(label, name, pick, search) {
    this.label = label;
    const change = () => this.select.value && pick({ [name]: this.select.value });
    this.select = h("select", { class: "chip", "aria-label": label, hidden: true, on: { change } });
    this.words = h("span");
    this.button = h(
      "button",
      {
        type: "button",
        class: "chip",
        "aria-haspopup": "dialog",
        "data-choice": name,
        hidden: true,
        on: { click: search },
      },
      h("span", { class: "sr-only" }, `${label}: `),
      this.words,
    );
  }

  get parts() {
    return [this.select, this.button];
  }

  /** What is chosen; nothing while it is not known. */
  get value() {
    return this.#choices.length > 1 ? this.select.value : "";
  }

  /** @param {P.Choice[]} choices @param {string | undefined} current */
  offer(choices, current) {
    this.#choices = choices;
    this.select.hidden = choices.length < 2 || choices.length > A_FEW;
    this.button.hidden = choices.length <= A_FEW;
    this.show(current);
  }

  /** @param {string | undefined} current */
  show(current) {
    const known = this.#choices.find(({ id }) => id === current);
    const options = this.#choices.map(({ id, name }) => h("option", { value: id, selected: id === current }, name));
    const none = known ? [] : [h("option", { value: "", selected: true }, `Default ${this.label.toLowerCase()}`)];
    this.select.replaceChildren(...none, ...options);
    setText(this.words, known?.name ?? `Default ${this.label.toLowerCase()}`);
  }
}

/** @param {P.Session} session */
function traits({ id, live, mode, model }) {
  return `${id} ${live} ${mode} ${model}`;
}

/** @param {string} name @param {string | undefined} value @param {string | undefined} current */
function differing(name, value, current) {
  return value && value !== current ? { [name]: value } : {};
}

define("prompt-choices", PromptChoices);
