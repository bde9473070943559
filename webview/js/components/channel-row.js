// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";
import { may, mayCall } from "../select.js";
import {
  CHANNEL_STATES,
  CHANNELS,
  lastArrival,
  lastError,
  reachedWords,
  receiversNamed,
  receiverWords,
} from "../settings/channel-words.js";

/** One channel: how it fares, who is reached, and a test that says how it went. */
export class ChannelRow extends PilotElement {
  #drawn = "";

  build() {
    this.setAttribute("role", "listitem");
    this.symbol = h("span", { class: "channel-symbol" });
    this.name = h("b", null);
    this.about = h("small", null);
    this.state = h("span", { class: "channel-state" });
    this.told = h("div", null);
    this.way = h("button", { type: "button", class: "link lead", hidden: true }); // one that stays keeps the focus
    this.receivers = h("ul", { class: "receivers" });
    this.result = h("p", { class: "test-result", role: "status" });
    this.send = this.#testButton();
    const words = h("span", { class: "channel-name" }, this.name, this.about);
    const told = h("div", { class: "channel-told" }, this.told, this.way);
    this.append(this.symbol, h("div", { class: "channel-words" }, words, told), this.state);
    this.append(this.receivers, this.send, this.result);
  }

  /** @param {P.ChannelState} channel */
  show(channel) {
    const drawn = JSON.stringify([channel, Math.floor(Date.now() / 20_000), this.data.viewer?.scope]);
    if (drawn === this.#drawn || !this.name || !this.about || !this.state || !this.send) return;
    this.#drawn = drawn;
    this.channel = channel;
    const { name, about, icon: symbol } = CHANNELS[channel.channel];
    const { word, icon: light } = CHANNEL_STATES[channel.state];
    this.dataset.state = channel.state;
    this.symbol?.replaceChildren(icon(symbol));
    setText(this.name, name);
    setText(this.about, about);
    this.state.replaceChildren(icon(light), word);
    this.send.hidden = channel.state === "off" || !may(this.data, "admin");
    this.send.setAttribute("aria-label", `Send a test: ${name}`);
    this.told?.replaceChildren(...this.#facts(channel));
    this.#showWay(channel);
    this.receivers?.replaceChildren(...this.#receiversOf(channel));
    if (this.receivers) this.receivers.hidden = !this.receivers.children.length;
  }

  /** @param {P.ChannelState} channel */
  #facts(channel) {
    const now = Date.now();
    const toldBelow = receiversNamed(channel).some(({ error }) => error === channel.error);
    const wrong = toldBelow ? "" : lastError(channel, now);
    const message = channel.state === "off" && !this.#canDo(channel) ? "" : channel.message;
    const facts = channel.state === "off" ? [] : [reachedWords(channel), lastArrival(channel, now)].filter(Boolean);
    return [
      facts.length ? h("p", null, facts.join(" · ")) : "",
      message ? h("p", { class: channel.state === "failing" && !channel.error ? "problem" : "" }, message) : "",
      wrong ? h("p", { class: "problem" }, wrong) : "",
    ].filter((one) => one !== "");
  }

  /** What there is to do about one that is off is told whoever can do it. @param {P.ChannelState} channel */
  #canDo({ channel }) {
    return channel !== "push" || mayCall(this.data, "push.subscribe");
  }

  /** From off to on. @param {P.ChannelState} channel */
  #showWay({ channel, state }) {
    if (!this.way) return;
    const push = channel === "push";
    this.way.hidden = state !== "off" || channel === "desk" || !may(this.data, "admin") || Boolean(this.actions.editor);
    setText(this.way, this.way.hidden ? "" : push ? "Pair a phone" : "Set up Telegram");
    this.way.onclick = () => (push ? this.actions.trust.openPair() : this.actions.openSetting("telegram"));
  }

  /** @param {P.ChannelState} channel */
  #receiversOf(channel) {
    const now = Date.now();
    return receiversNamed(channel).map((one) =>
      h(
        "li",
        { "data-state": one.state },
        icon(one.state === "ready" ? "check" : "alert"),
        h("div", null, h("span", null, one.name), " ", h("small", null, receiverWords(one, now))),
      ),
    );
  }

  #testButton() {
    const button = h("button", { type: "button", class: "button" }, "Send a test");
    button.addEventListener("click", () => this.#test(button));
    return button;
  }

  /** @param {HTMLButtonElement} button */
  async #test(button) {
    if (!this.channel || !this.result || button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true"); // it keeps the focus
    delete this.result.dataset.ok;
    setText(this.result, "Sending…");
    const { ok, message, hint } = await this.actions.notifying.test({ channel: this.channel.channel });
    button.removeAttribute("aria-disabled");
    this.result.dataset.ok = String(ok);
    setText(this.result, [message, hint].filter(Boolean).join(" "));
  }
}

define("channel-row", ChannelRow);
