// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";
import { whyNoPrompt } from "../select.js";

/** What the next prompt runs with: the agent's modes and models, where there is something to pick. */
export class PromptChoices extends PilotElement {
  #offered = ""; // what the session was and had when its choices were offered

  build() {
    this.mode = h("select", { class: "chip", "aria-label": "Mode", hidden: true });
    this.model = h("select", { class: "chip", "aria-label": "Model", hidden: true });
    this.append(this.mode, this.model);
  }

  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    if (session && this.#offered !== traits(session)) void this.#offer(session);
  }

  /** Only what differs from what the session has anyway. @returns {{ mode?: string, model?: string }} */
  get chosen() {
    return { ...picked("mode", this.mode), ...picked("model", this.model) };
  }

  /** @param {P.Session} session */
  async #offer(session) {
    if (!this.mode || !this.model) return;
    const wanted = traits(session);
    if (!this.#offered.startsWith(`${session.id} `)) this.mode.hidden = this.model.hidden = true;
    this.#offered = wanted;
    if (whyNoPrompt(this.data, session)) {
      this.mode.hidden = this.model.hidden = true;
      return;
    }
    const { modes, models } = await this.actions.options(session.id);
    if (this.#offered !== wanted) return;
    fill(this.mode, modes, session.mode);
    fill(this.model, models, session.model);
  }
}

/** @param {P.Session} session */
function traits({ id, live, mode, model }) {
  return `${id} ${live} ${mode} ${model}`;
}

/** @param {HTMLSelectElement} select @param {P.Choice[]} choices @param {string | undefined} current */
function fill(select, choices, current) {
  select.hidden = choices.length < 2;
  select.replaceChildren(...choices.map(({ id, name }) => h("option", { value: id, selected: id === current }, name)));
  select.dataset.initial = choices.some(({ id }) => id === current) ? current : "";
  if (!select.dataset.initial)
    select.prepend(h("option", { value: "", selected: true }, `Default ${select.ariaLabel?.toLowerCase() ?? ""}`));
}

/** @param {string} name @param {HTMLSelectElement | undefined} select */
function picked(name, select) {
  return select && !select.hidden && select.value && select.value !== select.dataset.initial
    ? { [name]: select.value }
    : {};
}

define("prompt-choices", PromptChoices);
