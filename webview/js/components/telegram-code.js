// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, setText } from "../html.js";
import { eachSecond } from "../transcript/ticking.js";

/** A code that makes a chat the one that is written to, while it is good. */
export class TelegramCode extends PilotElement {
  /** @type {P.TelegramBinding | null} */ #binding = null;
  #stop = () => {};
  /** Somebody wants another code. */
  onAsk = () => {};

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  /** Whether a code is out. */
  get waits() {
    return this.#binding !== null;
  }

  /** @param {P.TelegramBinding} binding */
  show(binding) {
    this.#binding = binding;
    this.left = h("span", { class: "time-left" });
    this.replaceChildren(...this.#ways(binding));
    this.#stop();
    this.#stop = eachSecond(() => this.#tick());
    this.#tick();
    this.querySelector("a")?.focus();
  }

  end() {
    this.#stop();
    this.#binding = null;
    this.replaceChildren();
  }

  /** @param {P.TelegramBinding} binding */
  #ways({ bot, link, command, code }) {
    const open = /^https:\/\/t\.me\//.test(link)
      ? h("a", { class: "button", href: link, target: "_blank", rel: "noreferrer" }, "Open Telegram")
      : "";
    return [
      h("p", null, "To be written to yourself: open the chat with your bot and press Start."),
      h("div", { class: "acts" }, open),
      h("p", null, `For a group or channel: add @${bot} to it, and send there`),
      h("p", { class: "code-line" }, h("code", null, command), this.#copy(command)),
      h(
        "p",
        { class: "told" },
        "Whoever sends the code may answer your agents from then on. The code is ",
        h("code", null, code),
        ".",
      ),
      h(
        "p",
        { class: "waits-line" },
        h("span", { class: "dot", "data-light": "working" }),
        "Waiting for the code. ",
        this.left ?? "",
      ),
    ];
  }

  /** @param {string} text */
  #copy(text) {
    const copy = h("button", { type: "button", class: "link", "aria-label": "Copy the command" }, "Copy");
    copy.addEventListener("click", async () => {
      setText(copy, (await this.actions.sharing.copy(text)) ? "Copied" : "Not copied");
    });
    return copy;
  }

  #tick() {
    if (!this.#binding || !this.left) return;
    const left = this.#binding.expiresAt - Date.now();
    if (left > 0) return setText(this.left, `${countdown(left)} left`);
    this.end();
    const again = { type: "button", class: "button", on: { click: () => this.onAsk() } };
    this.replaceChildren(
      h("p", { class: "told" }, "The code has expired: nobody sent it."),
      h("button", again, "New code"),
    );
  }
}

define("telegram-code", TelegramCode);
