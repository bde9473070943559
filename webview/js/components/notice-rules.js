// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { ToldKind, Way } from "../settings/notifying.js"
 */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { mayCall } from "../select.js";
import { changeBack } from "../settings/notifying.js";

/** What goes where: a box for each kind and channel, saved as it is ticked, with a way back. */
class NoticeRules extends PilotElement {
  /** @type {Map<string, HTMLInputElement>} by kind and way */ #boxes = new Map();
  /** @type {Map<Way, HTMLElement>} */ #heads = new Map();

  build() {
    const heads = TOLD_WAYS.map(({ way, name }) => {
      const head = h("span", null, name);
      this.#heads.set(way, head);
      return head;
    });
    this.note = h("p", { class: "told" });
    this.said = h("span", { role: "status" });
    this.back = h("button", { type: "button", class: "link" }, "Undo");
    this.append(
      h("h4", null, "What goes where"),
      h(
        "div",
        { class: "rules" },
        h("div", { class: "rule heads", "aria-hidden": "true" }, h("span", null), ...heads),
        ...TOLD_KINDS.map((kind) => this.#row(kind)),
      ),
      h("p", { class: "saved-line" }, this.said, this.back),
      this.note,
    );
    this.back.hidden = true;
  }

  render() {
    const { notifications } = this.ui;
    if (!this.changed(notifications, this.data.viewer)) return;
    this.hidden = !notifications;
    if (notifications) this.#draw(notifications);
  }

  /** @param {P.NotificationsView} view */
  #draw({ rules, channels }) {
    const fixed = !mayCall(this.data, "notifications.update");
    for (const { kind } of TOLD_KINDS) {
      for (const { way } of TOLD_WAYS) {
        const box = this.#boxes.get(`${kind} ${way}`);
        if (!box) continue;
        box.checked = rules[kind][way];
        box.disabled = fixed || (way === "sound" && !rules[kind].desk);
      }
    }
    for (const { channel, state } of channels) {
      const head = this.#heads.get(channel);
      if (head) setAttribute(head, "data-off", state === "off");
    }
    const nowhere = !rules.ask.desk && !rules.ask.push && !rules.ask.telegram;
    const off = channels.filter(({ channel, state }) => channel !== "desk" && state === "off");
    if (this.note) setText(this.note, nowhere ? NOWHERE : off.length ? offWords(off) : "");
  }

  /** @param {{ kind: ToldKind, name: string, about: string }} kind */
  #row({ kind, name, about }) {
    return h(
      "div",
      { class: "rule", role: "group", "aria-label": name },
      h("span", { class: "rule-words" }, h("b", null, name), h("small", null, about)),
      ...TOLD_WAYS.map(({ way, name: label }) => {
        const box = h("input", { type: "checkbox", "data-kind": kind, "data-way": way });
        box.addEventListener("change", () => this.#tick(kind, way, box.checked));
        this.#boxes.set(`${kind} ${way}`, box);
        return h("label", null, box, h("span", null, label));
      }),
    );
  }

  /** @param {ToldKind} kind @param {Way} way @param {boolean} on */
  async #tick(kind, way, on) {
    const rules = this.ui.notifications?.rules;
    if (!rules) return;
    const change = { [kind]: { ...rules[kind], [way]: on } };
    const words = savedWords(kind, way, on);
    if (await this.#save(change, words)) this.#offerBack(changeBack(rules, change), this.#boxes.get(`${kind} ${way}`));
  }

  /** @param {P.RulesChange} change @param {string} words */
  async #save(change, words) {
    if (this.back) this.back.hidden = true;
    const failed = await this.actions.notifying.change(change);
    if (!this.said) return false;
    const problem = failed && [`Not saved. ${failed.message}`, failed.hint].filter(Boolean).join(" ");
    setAttribute(this.said, "class", problem ? "problem" : null);
    setText(this.said, problem ?? words);
    return !failed;
  }

  /** @param {P.RulesChange} change @param {HTMLElement | undefined} box where the hand goes back to */
  #offerBack(change, box) {
    if (!this.back) return;
    this.back.hidden = false;
    this.back.onclick = () => {
      box?.focus();
      void this.#save(change, "Undone.");
    };
  }
}

/** @type {{ kind: ToldKind, name: string, about: string }[]} */
const TOLD_KINDS = [
  { kind: "ask", name: "Asks", about: "An agent waits for an answer" },
  { kind: "finished", name: "Finished work", about: "Something that took long is done" },
  { kind: "error", name: "Errors", about: "A session or Pilot itself failed" },
  { kind: "stuck", name: "Stuck", about: "Working, but nothing new for long" },
  { kind: "budget", name: "Budget", about: "A limit on spending was passed" },
];

/** @type {{ way: Way, name: string }[]} */
const TOLD_WAYS = [
  { way: "desk", name: "Desk" },
  { way: "push", name: "Push" },
  { way: "telegram", name: "Telegram" },
  { way: "sound", name: "Sound" },
];

const NOWHERE = "Asks are told nowhere now: they wait until somebody looks at Pilot.";

/** @param {P.ChannelState[]} off */
function offWords(off) {
  const names = off.map(({ channel }) => (channel === "push" ? "Push" : "Telegram"));
  return names.length > 1
    ? "Push and Telegram are off: nothing goes there yet."
    : `${names} is off: nothing goes there yet.`;
}

/** @param {ToldKind} kind @param {Way} way @param {boolean} on */
function savedWords(kind, way, on) {
  const name = TOLD_KINDS.find((one) => one.kind === kind)?.name ?? kind;
  const place = TOLD_WAYS.find((one) => one.way === way)?.name ?? way;
  return `Saved. ${name}: ${place} ${on ? "on" : "off"}.`;
}

define("notice-rules", NoticeRules);
