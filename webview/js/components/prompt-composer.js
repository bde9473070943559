// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, isBusy, may, whyNoPrompt } from "../select.js";

/** Where a prompt is written: a draft a session, the agent's modes and models, Send and Stop. */
class PromptComposer extends PilotElement {
  /** @type {string | null} */ #sessionId = null;
  #has = ""; // what the session ran with when its choices were offered

  build() {
    this.field = h("textarea", { rows: 1, "aria-label": "Prompt", enterkeyhint: "send", autocomplete: "off" });
    this.mode = h("select", { class: "chip", "aria-label": "Mode" });
    this.model = h("select", { class: "chip", "aria-label": "Model" });
    this.reason = h("p", { class: "reason" });
    this.stop = h(
      "button",
      { type: "button", class: "button stop", on: { click: () => this.#stop() } },
      icon("stop"),
      "Stop",
    );
    this.send = h("button", { type: "submit", class: "send" }, "Send");
    const form = h(
      "form",
      { class: "compose" },
      this.field,
      h("footer", null, this.mode, this.model, this.reason, h("span", { class: "spring" }), this.stop, this.send),
    );
    form.addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("keydown", (event) => this.#onKey(event));
    this.field.addEventListener("input", () => this.#onInput());
    this.append(form);
  }

  render() {
    const session = this.#session;
    if (!session || !this.field || !this.reason || !this.stop || !this.send) return;
    if (session.id !== this.#sessionId) this.#switchTo(session);
    else if (this.#has !== traits(session)) void this.#offer(session);
    if (!this.changed(session, this.data.viewer, this.ui.outbox[session.id])) return;
    const reason = whyNoPrompt(this.data, session);
    this.field.disabled = Boolean(reason);
    this.field.placeholder =
      reason ?? (isBusy(session) ? "Add to what it is doing…" : `Reply to ${agentName(session.agent)}…`);
    setText(
      this.reason,
      !reason && isBusy(session) && session.capabilities.prompt === "at_turn_end" ? "Sent when this turn ends" : "",
    );
    this.stop.hidden = !isBusy(session) || !session.capabilities.interrupt || !may(this.data, "operate");
    this.#takeBackDraft(session.id);
    this.#showSend();
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  /** @param {P.Session} session */
  #switchTo(session) {
    this.#sessionId = session.id;
    if (this.field) this.field.value = this.actions.drafts.get(session.id);
    this.#fit();
    if (this.mode && this.model) this.mode.hidden = this.model.hidden = true;
    void this.#offer(session);
  }

  /** A refused prompt comes back, unless something new was begun. @param {string} id */
  #takeBackDraft(id) {
    if (!this.field || this.field.value) return;
    this.field.value = this.actions.drafts.get(id);
    this.#fit();
  }

  /** @param {P.Session} session */
  async #offer(session) {
    if (!this.mode || !this.model) return;
    this.#has = traits(session);
    if (whyNoPrompt(this.data, session)) {
      this.mode.hidden = this.model.hidden = true;
      return;
    }
    const { modes, models } = await this.actions.options(session.id);
    if (this.#sessionId !== session.id) return;
    fill(
      this.mode,
      modes.map((mode) => [mode.id, mode.name]),
      session.mode,
    );
    fill(
      this.model,
      models.map((model) => [model.id, model.name]),
      session.model,
    );
  }

  #onInput() {
    if (this.#sessionId && this.field) this.actions.drafts.set(this.#sessionId, this.field.value);
    this.#fit();
    this.#showSend();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.field?.value.trim();
    if (!text || !this.field || !this.#sessionId || this.field.disabled) return;
    this.field.value = "";
    this.#fit();
    const choice = { ...picked("mode", this.mode), ...picked("model", this.model) };
    void this.actions.send(this.#sessionId, { text, ...choice });
    this.#showSend();
  }

  #stop() {
    if (this.#sessionId) void this.actions.stop(this.#sessionId);
  }

  #showSend() {
    if (this.send && this.field) setAttribute(this.send, "disabled", this.field.disabled || !this.field.value.trim());
  }

  /** As high as its text, up to a third of the screen. */
  #fit() {
    if (!this.field) return;
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${this.field.scrollHeight}px`);
  }
}

/** @param {P.Session} session */
function traits({ live, mode, model }) {
  return `${live} ${mode} ${model}`;
}

/** @param {HTMLSelectElement} select @param {string[][]} options @param {string | undefined} current */
function fill(select, options, current) {
  select.hidden = options.length < 2;
  select.replaceChildren(
    ...options.map(([value, label]) => h("option", { value, selected: value === current }, label)),
  );
  select.dataset.initial = options.some(([value]) => value === current) ? current : "";
  if (!select.dataset.initial)
    select.prepend(h("option", { value: "", selected: true }, `Default ${select.ariaLabel?.toLowerCase() ?? ""}`));
}

/** Only what differs from what the session has anyway. @param {string} name @param {HTMLSelectElement | undefined} select */
function picked(name, select) {
  return select && !select.hidden && select.value && select.value !== select.dataset.initial
    ? { [name]: select.value }
    : {};
}

define("prompt-composer", PromptComposer);
