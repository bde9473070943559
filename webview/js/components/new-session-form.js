// @ts-check
/**
 * @import { LastStart } from "../writing/starting.js"
 * @import { Start } from "../writing/starts.js"
 * @import { StartChoices } from "./start-choices.js"
 */
import { define, PilotElement } from "../element.js";
import { isWholePath } from "../format.js";
import { h, setText } from "../html.js";
import { agentName } from "../select.js";
import { startsOf } from "../writing/starts.js";

const NEW_DRAFT = "new session"; // no session is called so
const OTHER = "other"; // no path: a folder of one's own is written

/** Which agent, in which folder, with what; the first prompt may come later. */
class NewSessionForm extends PilotElement {
  build() {
    this.starts = startsOf(this.data);
    this.agent = h(
      "select",
      { name: "agent", autofocus: true, on: { change: () => this.#onAgent() } },
      ...this.starts.map(({ agent }) =>
        h("option", { value: agent, selected: agent === this.#likely.agent }, agentName(agent)),
      ),
    );
    this.folder = h("select", { name: "folder", on: { change: () => this.#onFolder() } });
    this.known = h("datalist", { id: "known-folders" });
    const path = { type: "text", name: "path", list: "known-folders", placeholder: "/home/me/project" };
    const quiet = { autocomplete: "off", autocapitalize: "off", spellcheck: "false" };
    this.path = h("input", { ...path, ...quiet, on: { change: () => this.#load() } });
    this.written = h("label", null, "Folder, as a whole path", this.path);
    // SAFETY: the element registered under that name
    this.choices = /** @type {StartChoices} */ (document.createElement("start-choices"));
    this.prompt = h("textarea", {
      name: "prompt",
      rows: 4,
      placeholder: "What should it do?",
      on: { input: () => this.#keep(this.prompt?.value ?? "") },
    });
    this.prompt.value = this.actions.drafts.get(NEW_DRAFT);
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.start = h("button", { type: "submit", class: "send" }, "Start");
    const form = h(
      "form",
      { class: "fields", novalidate: true },
      h("label", null, "Agent", this.agent),
      h("label", null, "Folder", this.folder),
      this.written,
      this.known,
      this.choices,
      h("label", null, "First prompt, if you like", this.prompt),
      this.problem,
      h("div", { class: "acts" }, this.start),
    );
    form.addEventListener("submit", (event) => this.#submit(event));
    this.append(form);
  }

  connectedCallback() {
    const first = !this.agent;
    super.connectedCallback();
    if (first) this.#onAgent();
  }

  #onAgent() {
    const start = this.#chosen;
    if (!start || !this.folder) return;
    const others = start.anywhere ? [h("option", { value: OTHER }, "Another folder…")] : [];
    this.folder.replaceChildren(
      ...start.folders.map((folder) =>
        h("option", { value: folder, selected: folder === this.#likely.directory }, this.#label(folder)),
      ),
      ...others,
    );
    this.known?.replaceChildren(...start.folders.map((value) => h("option", { value })));
    this.#onFolder();
  }

  #onFolder() {
    const other = this.folder?.value === OTHER;
    if (this.written) this.written.hidden = !other;
    if (other && document.activeElement === this.folder) this.path?.focus();
    this.#load();
  }

  #load() {
    const directory = this.#directory;
    const agent = this.agent?.value ?? "";
    const last = this.actions.starting.last;
    void this.choices?.load(agent, isWholePath(directory) ? directory : null, last?.agent === agent ? last : {});
  }

  /** @param {Event} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.agent || !this.prompt || !this.start || this.start.disabled) return;
    const directory = this.#directory;
    if (!isWholePath(directory)) {
      this.path?.focus();
      return this.#complain("Write the folder’s whole path, such as /home/me/project.");
    }
    this.#complain("");
    this.start.disabled = true;
    setText(this.start, `Starting ${agentName(this.agent.value)}…`);
    const text = this.prompt.value.trim();
    const request = {
      agent: this.agent.value,
      directory,
      ...this.choices?.chosen,
      ...(text ? { prompt: { text } } : {}),
    };
    const failed = await this.actions.newSession(request);
    this.start.disabled = false;
    setText(this.start, "Start");
    if (!failed) this.#keep("");
    if (failed) this.#complain([failed.message, failed.hint].filter(Boolean).join(" "));
  }

  /** What is written here is there again when the sheet is. @param {string} text */
  #keep(text) {
    this.actions.drafts.set(NEW_DRAFT, text);
  }

  /** @param {string} words */
  #complain(words) {
    if (!this.problem) return;
    this.problem.hidden = !words;
    setText(this.problem, words);
  }

  /** What was asked for, else more of what is in view, else what was started last. @returns {Partial<LastStart>} */
  get #likely() {
    const here = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const last = this.actions.starting.last;
    return {
      agent: this.ui.starting?.agent ?? here?.agent ?? last?.agent,
      directory: this.ui.starting?.directory ?? here?.directory ?? last?.directory,
    };
  }

  /** @returns {Start | undefined} */
  get #chosen() {
    return this.starts?.find(({ agent }) => agent === this.agent?.value);
  }

  get #directory() {
    const chosen = this.folder?.value ?? "";
    return chosen === OTHER ? (this.path?.value.trim() ?? "") : chosen;
  }

  /** @param {string} folder */
  #label(folder) {
    const project = Object.values(this.data.projects).find((one) => one.directory === folder);
    return project ? `${project.name} · ${folder}` : folder;
  }
}

define("new-session-form", NewSessionForm);
