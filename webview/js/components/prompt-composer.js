// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { PromptChoices } from "./prompt-choices.js"
 * @import { PromptField, When } from "./prompt-field.js"
 * @import { PromptPictures } from "./prompt-pictures.js"
 */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { icon } from "../icons.js";
import { agentName, isBusy, isResumable, isStoppable, mayCall, watchingWords, whyNoPrompt } from "../select.js";

/** Where a prompt is written: a draft a session; Send, now or after this turn, and Stop. */
class PromptComposer extends PilotElement {
  /** @type {string | null} */ #sessionId = null;
  #drafts = 0;

  build() {
    // SAFETY: the elements registered under those names
    this.field = /** @type {PromptField} */ (document.createElement("prompt-field"));
    this.choices = /** @type {PromptChoices} */ (document.createElement("prompt-choices"));
    this.pictures = /** @type {PromptPictures} */ (document.createElement("prompt-pictures"));
    this.field.onSend = (when) => this.#submit(when);
    this.field.onText = () => this.#onInput();
    this.field.onPictures = (files) => this.pictures?.take(files);
    this.reason = h("p", { class: "reason" });
    this.form = h("form", { class: "compose" }, this.pictures, this.field, this.#footer());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.form.addEventListener("dragover", (event) => this.#takes && event.preventDefault());
    this.form.addEventListener("drop", (event) => this.#onDrop(event));
    this.watching = h("p", { class: "watching" });
    this.append(this.form, this.watching);
  }

  #footer() {
    const click = () => this.#stop();
    this.stop = h("button", { type: "button", class: "button stop", on: { click } }, icon("stop"), "Stop");
    this.stop.title = "Stop the turn (Esc Esc)";
    const wait = {
      type: "button",
      class: "button later",
      title: "Send when this turn has ended (Alt+Enter)",
      "aria-keyshortcuts": "Alt+Enter",
      on: { click: () => this.#submit("turn_end") },
    };
    this.later = h("button", wait, "After this turn");
    this.send = h("button", { type: "submit", class: "send" }, "Send");
    this.attach = h("span", { class: "attach-place" });
    const spring = h("span", { class: "spring" });
    return h("footer", null, this.attach, this.choices, this.reason, spring, this.stop, this.later, this.send);
  }

  render() {
    const session = this.#session;
    if (!session || !this.field || !this.reason || !this.stop || !this.later) return;
    if (session.id !== this.#sessionId) this.#switchTo(session);
    const inputs = [session, this.data.viewer, this.ui.outbox[session.id], this.ui.pictures[session.id]];
    if (!this.changed(...inputs, this.ui.draftsChanged)) return;
    this.#watch();
    const reason = whyNoPrompt(this.data, session);
    const busy = isBusy(session);
    this.field.invite(reason ?? invitation(session), Boolean(reason));
    const waits = !reason && busy && session.capabilities.prompt === "at_turn_end";
    setText(this.reason, waits ? "Sent when this turn ends" : "");
    this.stop.hidden = !isStoppable(this.data, session);
    this.later.hidden = Boolean(reason) || !busy || !session.capabilities.queue;
    this.field.canWait = !this.later.hidden;
    this.field.takesPictures = this.#takes;
    this.#offerPictures();
    this.#takeBackDraft(session.id);
    this.#showSend();
  }

  /** Whoever may not write is told so, in place of a field that takes nothing. */
  #watch() {
    const watches = !mayCall(this.data, "sessions.prompt");
    if (this.form) this.form.hidden = watches;
    if (this.watching) this.watching.hidden = !watches;
    if (this.watching) setText(this.watching, watches ? watchingWords(this.data) : "");
  }

  get #session() {
    return this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
  }

  /** Whether pictures can go with a prompt. */
  get #takes() {
    const session = this.#session;
    return Boolean(session?.capabilities.images) && !this.field?.disabled;
  }

  #offerPictures() {
    if (this.pictures?.add && !this.pictures.add.parentElement) this.attach?.append(this.pictures.add);
    if (this.attach) this.attach.hidden = !this.#takes;
  }

  /** @param {P.Session} session */
  #switchTo(session) {
    this.#sessionId = session.id;
    if (this.field) this.field.value = this.actions.drafts.get(session.id);
  }

  /** A refused prompt comes back, unless something new was begun. @param {string} id */
  #takeBackDraft(id) {
    const draft = this.actions.drafts.get(id);
    const added = this.ui.draftsChanged !== this.#drafts; // to whatever is in the field
    this.#drafts = this.ui.draftsChanged;
    if (!this.field || !draft || this.field.value === draft) return; // the caret stays where it is
    if (added || !this.field.value) this.field.value = draft;
  }

  #onInput() {
    if (this.#sessionId && this.field) this.actions.drafts.set(this.#sessionId, this.field.value);
    this.#showSend();
  }

  /** @param {DragEvent} event */
  #onDrop(event) {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault(); // or the browser leaves the page for the file
    if (this.#takes) this.pictures?.take(files);
  }

  /** @param {When} [when] */
  #submit(when) {
    const text = this.field?.value.trim();
    if (!text || !this.field || !this.#sessionId || this.field.disabled || this.field.isTooLong) return;
    this.field.value = "";
    const prompt = { text, ...this.choices?.chosen, ...(when ? { when } : {}) };
    void this.actions.send(this.#sessionId, prompt);
    this.#showSend();
  }

  #stop() {
    if (this.#sessionId) void this.actions.stop(this.#sessionId);
  }

  #showSend() {
    const nothing = !this.field?.value.trim() || this.field.disabled || this.field.isTooLong;
    for (const button of [this.later, this.send]) if (button) setAttribute(button, "disabled", nothing);
  }
}

/** @param {P.Session} session */
function invitation(session) {
  if (isResumable(session)) return "Go on with this session…";
  return isBusy(session) ? "Add to what it is doing…" : `Reply to ${agentName(session.agent)}…`;
}

define("prompt-composer", PromptComposer);
