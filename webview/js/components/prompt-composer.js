// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { PromptChoices } from "./prompt-choices.js"
 */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, isBusy, isResumable, may, whyNoPrompt } from "../select.js";

/** Where a prompt is written: a draft a session; Send, now or after this turn, and Stop. */
class PromptComposer extends PilotElement {
  /** @type {string | null} */ #sessionId = null;
  #drafts = 0;

  build() {
    this.field = h("textarea", { rows: 1, "aria-label": "Prompt", enterkeyhint: "send", autocomplete: "off" });
    // SAFETY: the element registered under that name
    this.choices = /** @type {PromptChoices} */ (document.createElement("prompt-choices"));
    this.reason = h("p", { class: "reason" });
    this.stop = h(
      "button",
      { type: "button", class: "button stop", on: { click: () => this.#stop() } },
      icon("stop"),
      "Stop",
    );
    const wait = {
      type: "button",
      class: "button later",
      title: "Send when this turn has ended (Alt+Enter)",
      "aria-keyshortcuts": "Alt+Enter",
      on: { click: () => this.#submit("turn_end") },
    };
    this.later = h("button", wait, "After this turn");
    this.send = h("button", { type: "submit", class: "send" }, "Send");
    const form = h(
      "form",
      { class: "compose" },
      this.field,
      h("footer", null, this.choices, this.reason, h("span", { class: "spring" }), this.stop, this.later, this.send),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("keydown", (event) => this.#onKey(event));
    this.field.addEventListener("input", () => this.#onInput());
    this.append(form);
  }

  render() {
    const session = this.#session;
    if (!session || !this.field || !this.reason || !this.stop || !this.later) return;
    if (session.id !== this.#sessionId) this.#switchTo(session);
    if (!this.changed(session, this.data.viewer, this.ui.outbox[session.id], this.ui.draftsChanged)) return;
    const reason = whyNoPrompt(this.data, session);
    const busy = isBusy(session);
    this.field.disabled = Boolean(reason);
    this.field.placeholder = reason ?? invitation(session);
    const waits = !reason && busy && session.capabilities.prompt === "at_turn_end";
    setText(this.reason, waits ? "Sent when this turn ends" : "");
    this.stop.hidden = !busy || !session.capabilities.interrupt || !may(this.data, "operate");
    this.later.hidden = Boolean(reason) || !busy || !session.capabilities.queue;
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
  }

  /** A refused prompt comes back, unless something new was begun. @param {string} id */
  #takeBackDraft(id) {
    const added = this.ui.draftsChanged !== this.#drafts;
    this.#drafts = this.ui.draftsChanged;
    if (!this.field || (this.field.value && !added)) return;
    this.field.value = this.actions.drafts.get(id);
    this.#fit();
  }

  #onInput() {
    if (this.#sessionId && this.field) this.actions.drafts.set(this.#sessionId, this.field.value);
    this.#fit();
    this.#showSend();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    const waits = event.altKey && !this.later?.hidden;
    if (!waits && matchMedia("(pointer: coarse)").matches) return; // a finger has no Shift for a new line
    event.preventDefault();
    this.#submit(waits ? "turn_end" : undefined);
  }

  /** @param {"turn_end"} [when] */
  #submit(when) {
    const text = this.field?.value.trim();
    if (!text || !this.field || !this.#sessionId || this.field.disabled) return;
    this.field.value = "";
    this.#fit();
    void this.actions.send(this.#sessionId, { text, ...this.choices?.chosen, ...(when ? { when } : {}) });
    this.#showSend();
  }

  #stop() {
    if (this.#sessionId) void this.actions.stop(this.#sessionId);
  }

  #showSend() {
    const nothing = !this.field || this.field.disabled || !this.field.value.trim();
    for (const button of [this.later, this.send]) if (button) setAttribute(button, "disabled", nothing);
  }

  /** As high as its text, up to a third of the screen. */
  #fit() {
    if (!this.field) return;
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${this.field.scrollHeight}px`);
  }
}

/** @param {P.Session} session */
function invitation(session) {
  if (isResumable(session)) return "Go on with this session…";
  return isBusy(session) ? "Add to what it is doing…" : `Reply to ${agentName(session.agent)}…`;
}

define("prompt-composer", PromptComposer);
