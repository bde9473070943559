// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { TelegramCode } from "./telegram-code.js"
 */
import { define, PilotElement } from "../element.js";
import { h, setText } from "../html.js";
import { may } from "../select.js";
import { CHANNELS } from "../settings/channel-words.js";

/** From nothing to a chat that can answer: a bot, its token, the chat; afterwards who is connected. */
export class TelegramSetup extends PilotElement {
  /** @type {P.SettingsView | null} */ view = null;
  /** What the steps say. @type {string | null} */ #drawn = null;
  /** What the chat and its people were when a code was asked for. @type {string | null} */ #before = null;

  build() {
    this.steps = h("ol", { class: "steps" });
    this.state = h("p", { class: "told" });
    // SAFETY: the element registered under that name
    this.code = /** @type {TelegramCode} */ (document.createElement("telegram-code"));
    this.code.onAsk = () => this.#ask();
    this.said = h("p", { class: "test-result", role: "status" });
    this.connect = h("button", { type: "button", class: "button", on: { click: () => this.#ask() } }, "Connect a chat");
    this.append(this.state, this.steps, h("div", { class: "acts" }, this.connect), this.code, this.said);
  }

  /** The settings as they are saved now. @param {P.SettingsView} view */
  take(view) {
    this.view = view;
    this.#draw();
  }

  render() {
    if (this.changed(this.ui.notifications, this.data.viewer)) this.#draw();
  }

  #draw() {
    const { view } = this;
    if (!view || !this.steps || !this.state || !this.connect || !this.code) return;
    const connected = this.#lookForChat();
    const admin = may(this.data, "admin");
    const [token, chat] = [Boolean(this.#value("telegram_token")), Boolean(this.#value("telegram_chat_id"))];
    setText(this.state, chat && token ? this.#connected() : admin ? "" : "Not set up.");
    this.state.hidden = !this.state.textContent;
    this.steps.hidden = !admin || (token && chat);
    const drawn = `${token} ${this.#setting("telegram_token")?.link}`;
    if (drawn !== this.#drawn) this.steps.replaceChildren(...this.#stepsFrom(token)); // else a link keeps the focus
    this.#drawn = drawn;
    this.connect.hidden = !admin || !token || this.code.waits;
    setText(this.connect, chat ? "Connect another chat" : "Connect a chat");
    if (!admin || !token) this.code.end();
    if (connected && document.activeElement === document.body) this.connect.focus(); // the code had it
  }

  /** @param {boolean} token whether it is saved */
  #stepsFrom(token) {
    const link = this.#setting("telegram_token")?.link ?? "";
    const father = /^https:/.test(link)
      ? h("a", { href: link, target: "_blank", rel: "noreferrer" }, "@BotFather")
      : "@BotFather";
    const go = h(
      "button",
      { type: "button", class: "link lead", on: { click: () => this.#goToToken() } },
      "To the field",
    );
    return [
      h(
        "li",
        { "data-done": token },
        "In Telegram, write ",
        h("code", null, "/newbot"),
        " to ",
        father,
        ". It asks for a name and gives you a token.",
      ),
      h("li", { "data-done": token }, "Paste the token under “Bot token” below, and save. ", token ? "" : go),
      h(
        "li",
        null,
        "Connect a chat: press the button",
        token ? "" : " that comes here then",
        ", and send the code to your bot.",
      ),
    ];
  }

  #goToToken() {
    const field = document.getElementById("setting-telegram_token");
    field?.scrollIntoView({ block: "center" });
    field?.focus();
  }

  /** Who is written to, and whose answers count. */
  #connected() {
    const channel = this.ui.notifications?.channels.find((one) => one.channel === "telegram");
    const known = channel?.endpoints[0]?.name;
    const name = known && known !== CHANNELS.telegram.name ? known : `chat ${this.#value("telegram_chat_id")}`;
    const people = String(this.#value("telegram_user_ids") ?? "")
      .split(",")
      .filter((one) => one.trim()).length;
    const answer = people
      ? `Answers of ${people === 1 ? "one person" : `${people} people`} count.`
      : "In a private chat its person may answer; in a group nobody until you name them below.";
    return `Connected to ${name}. ${answer}`;
  }

  async #ask() {
    if (!this.said || !this.code) return;
    setText(this.said, "");
    delete this.said.dataset.ok;
    this.#before = this.#who();
    const answer = await this.actions.settings.bindTelegram();
    if ("problem" in answer)
      return this.#tell(false, [answer.problem.message, answer.problem.hint].filter(Boolean).join(" "));
    this.code.show(answer);
    this.#draw();
  }

  /** Whether somebody sent the code: the hub saved who. */
  #lookForChat() {
    if (!this.code?.waits || this.#before === null || this.#who() === this.#before || !this.#value("telegram_chat_id"))
      return false;
    this.code.end();
    this.#tell(true, "The chat is connected. It was greeted there.");
    return true;
  }

  #who() {
    return `${this.#value("telegram_chat_id")} ${this.#value("telegram_user_ids")}`;
  }

  /** @param {boolean} ok @param {string} text */
  #tell(ok, text) {
    if (!this.said) return;
    this.said.dataset.ok = String(ok);
    setText(this.said, text);
  }

  /** @param {string} name */
  #setting(name) {
    return this.view?.settings.find((setting) => setting.name === name);
  }

  /** @param {string} name */
  #value(name) {
    return this.#setting(name)?.value;
  }
}

define("telegram-setup", TelegramSetup);
