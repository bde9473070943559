// @ts-check
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";
import { deviceName } from "../pairing.js";

/** This browser is not (or no longer) known to the hub: how to pair it, and a place to paste a link. */
class PairScreen extends PilotElement {
  build() {
    this.classList.add("screen");
    this.setAttribute("role", "main");
    this.link = h("input", {
      type: "text",
      name: "link",
      autocomplete: "off",
      spellcheck: "false",
      required: true,
      placeholder: "http://…/pair#code=…",
    });
    this.name = h("input", {
      type: "text",
      name: "name",
      autocomplete: "off",
      value: deviceName(navigator.userAgent),
      maxlength: 60,
    });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.button = h("button", { type: "submit", class: "send" }, "Pair this browser");
    const form = h(
      "form",
      { class: "fields" },
      h("label", null, "Pairing link or code", this.link),
      h("label", null, "Name of this device", this.name),
      this.problem,
      this.button,
    );
    form.addEventListener("submit", (event) => this.#submit(event));
    this.append(
      h("span", { class: "mark mark-large", "aria-hidden": "true" }),
      h("h1", null, "This browser is not paired"),
      h(
        "p",
        null,
        "Run ",
        h("code", null, "pilot open"),
        " (or ",
        h("code", null, "pilot up"),
        ") on the machine where your agents run, and open its link. Or paste a fresh link here.",
      ),
      form,
    );
  }

  render() {
    const { failure } = this.ui;
    if (!this.changed(failure) || !this.problem) return;
    this.#say(failure);
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.button || !this.link || !this.name) return;
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

define("pair-screen", PairScreen);
