// @ts-check

import { codeIn, deviceName } from "../connection/pairing.js";
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";

/** This browser is not, or no longer, known to the hub: why, where to get a link, and a place to paste it. */
class PairScreen extends PilotElement {
  build() {
    this.classList.add("screen");
    this.setAttribute("role", "main");
    const plain = { type: "text", autocomplete: "off", spellcheck: "false" };
    this.link = h("input", { ...plain, name: "link", required: true, placeholder: "http://…/pair#code=…" });
    this.link.addEventListener("paste", () => queueMicrotask(() => this.#pasted()));
    this.name = h("input", { ...plain, name: "name", value: deviceName(navigator.userAgent), maxlength: 60 });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.button = h("button", { type: "submit", class: "send" }, "Pair this browser");
    this.heading = h("h1", null);
    this.told = h("p", null);
    const form = h(
      "form",
      { class: "fields" },
      h("label", null, "Pairing link or code", this.link),
      h("label", null, "Name of this device", this.name),
      this.problem,
      this.button,
    );
    form.addEventListener("submit", (event) => this.#submit(event));
    const mark = h("span", { class: "mark mark-large", "aria-hidden": "true" });
    this.append(mark, this.heading, this.told, waysToALink(), form);
  }

  render() {
    const { failure, wasPaired, waitingPrompts } = this.ui;
    if (!this.changed(failure, wasPaired, waitingPrompts) || !this.heading || !this.told) return;
    setText(this.heading, wasPaired ? "This browser has to be paired again" : "This browser is not paired");
    setText(this.told, wasPaired ? again(waitingPrompts.length) : "Pilot lets in only browsers it knows.");
    this.#say(failure);
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
    this.#say(await this.actions.pair(this.link.value, this.name.value.trim() || "Browser"));
    this.button.disabled = false;
  }

  /** @param {import("../types").AskProblem | null} problem */
  #say(problem) {
    if (!this.problem) return;
    this.problem.hidden = !problem;
    setText(this.problem, problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : "");
  }
}

/** @param {number} waiting */
function again(waiting) {
  const why =
    "Its access ended: it was taken off the list of devices, the hub's tokens were renewed, or it is another hub.";
  return `${why} Your drafts ${waiting ? "and the prompts that wait " : ""}are kept, and you come back to where you were.`;
}

function waysToALink() {
  const code = (/** @type {string} */ text) => h("code", null, text);
  return h(
    "ul",
    { class: "ways" },
    h("li", null, "In a terminal where your agents run: ", code("pilot open"), " prints a link."),
    h(
      "li",
      null,
      "In VS Code: run the command ",
      h("b", null, "Pilot: Pair a Phone"),
      " and scan its code with this device.",
    ),
    h("li", null, "In a browser that is paired: Settings, “Pair another device”."),
  );
}

define("pair-screen", PairScreen);
