// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";
import { agentName } from "../select.js";

/** What a new session can be started with: the agent's models and approval policies in a folder. */
export class StartChoices extends PilotElement {
  #asked = 0; // only the latest answer counts

  build() {
    this.model = new Picker("model", "Model");
    this.policy = new Picker("policy", "Approvals");
    this.note = h("p", { class: "hint", role: "status" });
    this.append(h("div", { class: "pair" }, this.model.field, this.policy.field), this.note);
    this.#say("");
  }

  /**
   * Ask the agent, and offer what it answers.
   * @param {string} agent
   * @param {string | null} directory
   * @param {{ model?: string | undefined, policy?: string | undefined }} [last] what was picked before
   */
  async load(agent, directory, last = {}) {
    const asked = ++this.#asked;
    this.#say("");
    if (!directory) return this.#offer({ models: [], policies: [] });
    for (const picker of [this.model, this.policy]) picker?.wait(`Asking ${agentName(agent)}…`);
    const { models, policies, problem } = await this.actions.startOptions(agent, directory);
    if (asked !== this.#asked) return;
    this.#offer({ models, policies });
    this.model?.pick(last.model);
    this.policy?.pick(last.policy);
    const why = [problem?.message, problem?.hint].filter(Boolean).join(" ");
    if (problem) this.#say(`${agentName(agent)} did not say which models and approvals it has. ${why}`);
  }

  /** Only what was picked; the rest is as the agent is configured. @returns {{ model?: string, policy?: string }} */
  get chosen() {
    const [model, policy] = [this.model?.select.value, this.policy?.select.value];
    return { ...(model ? { model } : {}), ...(policy ? { policy } : {}) };
  }

  /** @param {P.StartOptions} options */
  #offer({ models, policies }) {
    this.model?.offer(models);
    this.policy?.offer(policies);
  }

  /** @param {string} words */
  #say(words) {
    if (!this.note) return;
    setText(this.note, words);
    this.note.hidden = !words;
  }
}

/** A select whose choice is explained below it. */
class Picker {
  /** @type {P.Choice[]} */ #choices = [];

  /** @param {string} name @param {string} label */
  constructor(name, label) {
    this.told = h("p", { class: "hint", id: `start-${name}-told` });
    this.select = h("select", { name, "aria-describedby": this.told.id, on: { change: () => this.#explain() } });
    this.field = h("div", { hidden: true }, h("label", null, label, this.select), this.told);
  }

  /** @param {string} words */
  wait(words) {
    this.#fill([], words);
    this.field.hidden = false;
    this.select.disabled = true;
  }

  /** @param {P.Choice[]} choices */
  offer(choices) {
    this.#fill(choices, "As configured");
    this.field.hidden = !choices.length;
    this.select.disabled = false;
  }

  /** @param {P.Choice[]} choices @param {string} first what stands where nothing is picked */
  #fill(choices, first) {
    this.#choices = choices;
    this.select.replaceChildren(h("option", { value: "" }, first), ...choiceOptions(choices));
    this.#explain();
  }

  /** @param {string | undefined} id */
  pick(id) {
    if (!this.#choices.some((choice) => choice.id === id)) return;
    this.select.value = id ?? "";
    this.#explain();
  }

  #explain() {
    setText(this.told, this.#choices.find(({ id }) => id === this.select.value)?.description ?? "");
  }
}

/** By provider, where there are several. @param {P.Choice[]} choices */
function choiceOptions(choices) {
  const option = (/** @type {P.Choice} */ { id, name }) => h("option", { value: id }, name);
  const providers = [...new Set(choices.map(({ provider }) => provider ?? ""))];
  if (providers.length < 2) return choices.map(option);
  return providers.map((name) =>
    h("optgroup", { label: name || "Others" }, ...choices.filter((one) => (one.provider ?? "") === name).map(option)),
  );
}

define("start-choices", StartChoices);
