// @ts-check

import { codeIn, deviceName } from "../connection/pairing.js";
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, setText } from "../html.js";

/** This browser is not, or no longer, known to the hub: why, where to get a code, a place for it, and the wait for a yes. */
class PairScreen extends PilotElement {
  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  build() {
    this.classList.add("screen");
    this.setAttribute("role", "main");
    const plain = { type: "text", autocomplete: "off", spellcheck: "false" };
    const link = { name: "link", required: true, placeholder: "ABCD-EFGH", autocapitalize: "characters" };
    this.link = h("input", { ...plain, ...link });
    this.link.addEventListener("paste", () => queueMicrotask(() => this.#pasted()));
    this.name = h("input", { ...plain, name: "name", value: deviceName(navigator.userAgent), maxlength: 80 });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.button = h("button", { type: "submit", class: "send" }, "Pair this browser");
    this.heading = h("h1", null);
    this.told = h("p", null);
    this.form = h(
      "form",
      { class: "fields" },
      h("label", null, "Pairing link or code", this.link),
      h("label", null, "Name of this device", this.name),
      this.problem,
      this.button,
    );
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.ways = waysToACode();
    this.waiting = h("div", { class: "told", role: "status" });
    this.left = h("span", { class: "left", "aria-hidden": "true" });
    const mark = h("span", { class: "mark mark-large", "aria-hidden": "true" });
    this.append(mark, this.heading, this.told, this.ways, this.form, this.waiting);
  }

  render() {
    const { failure, wasPaired, waitingPrompts, entering } = this.ui;
    if (!this.changed(failure, wasPaired, waitingPrompts, entering) || !this.heading || !this.told) return;
    for (const part of [this.ways, this.form]) if (part) part.hidden = entering !== null;
    clearInterval(this.timer);
    this.#drawWaiting();
    if (entering) return;
    setText(this.heading, wasPaired ? "This browser has to be paired again" : "This browser is not paired");
    setText(this.told, wasPaired ? again(waitingPrompts.length) : "Pilot lets in only browsers it knows.");
    this.#say(failure);
  }

  #drawWaiting() {
    const { entering } = this.ui;
    if (!this.waiting || !this.left || !this.heading || !this.told) return;
    if (!entering) return this.waiting.replaceChildren();
    const machine = entering.machine || "the hub’s machine";
    setText(this.heading, "Waiting for a yes");
    this.told.replaceChildren(
      `Somebody at ${machine} has to allow this device. Pilot asks there now: in VS Code, in the dashboard, or by `,
      h("code", { class: "whole" }, "pilot pair --confirm"),
      " in a terminal.",
    );
    const cancel = { type: "button", class: "quiet", on: { click: () => this.actions.entry.cancel() } };
    const spinner = h("span", { class: "dot", "data-light": "working", "aria-hidden": "true" });
    this.waiting.replaceChildren(h("p", { class: "wait" }, spinner, this.left), h("button", cancel, "Cancel"));
    this.#tick();
    this.timer = setInterval(() => this.#tick(), 1_000);
  }

  #tick() {
    const { entering } = this.ui;
    if (this.left && entering) setText(this.left, `${countdown(entering.expiresAt - Date.now())} left`);
  }

  /** A whole link needs no further press. */
  #pasted() {
    if (this.link && /code=/.test(this.link.value) && codeIn(this.link.value)) this.link.form?.requestSubmit();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.button || !this.link || !this.name || this.button.disabled) return;
    this.button.disabled = true;
    const failure = await this.actions.pair(this.link.value, this.name.value.trim() || "Browser");
    this.store.setUi({ failure });
    this.button.disabled = false;
  }

  /** @param {import("../types").AskProblem | null} problem */
  #say(problem) {
    if (!this.problem) return;
    this.problem.hidden = !problem;
    const words = problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : "";
    if (this.problem.textContent !== words.replaceAll("`", "")) this.problem.replaceChildren(...withCommands(words));
  }

  /** @type {ReturnType<typeof setInterval> | undefined} */ timer;
}

/** What stands between backticks is typed. @param {string} words */
function withCommands(words) {
  return words.split("`").map((part, index) => (index % 2 ? h("code", { class: "whole" }, part) : part));
}

/** @param {number} waiting */
function again(waiting) {
  const why = "Its access ended: it was taken off the list of devices, its time was over, or it is another hub.";
  return `${why} Your drafts ${waiting ? "and the prompts that wait " : ""}are kept, and you come back to where you were.`;
}

function waysToACode() {
  const code = (/** @type {string} */ text) => h("code", null, text);
  return h(
    "ul",
    { class: "ways" },
    h("li", null, "In a terminal where your agents run: ", code("pilot pair"), " shows a QR code and a short code."),
    h("li", null, "In VS Code: run the command ", h("b", null, "Pilot: Pair a Phone"), "."),
    h("li", null, "In a browser that is paired: Settings, “Pair a device”."),
  );
}

define("pair-screen", PairScreen);
