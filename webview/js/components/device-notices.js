// @ts-check
/** @import { NoticesUi } from "../types" */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { whyNotTold } from "../notices/notices.js";
import { mayCall } from "../select.js";

/** How this browser tells its person: by push, by notices of the open page, by sound. */
class DeviceNotices extends PilotElement {
  build() {
    this.push = deviceSwitch("notices-push", "Push", "Asks and news, also while the page is closed.");
    this.desk = deviceSwitch("notices-desk", "Notices of this page", "While it is open, but not looked at.");
    this.sound = deviceSwitch("notices-sound", "Sound", "Where something is shown on this page.");
    this.push.box.addEventListener("change", () => this.#switchPush());
    this.desk.box.addEventListener("change", () => this.#switchDesk());
    this.sound.box.addEventListener("change", () => this.actions.notices?.setSound(this.sound?.box.checked ?? false));
    this.test = h("button", { type: "button", class: "button", on: { click: () => this.#test() } }, "Send a test");
    this.test.setAttribute("aria-label", "Send a test to this device");
    const play = () => void this.actions.notices?.playSound();
    this.play = h(
      "button",
      { type: "button", class: "button", "aria-label": "Play the sound", on: { click: play } },
      "Play",
    );
    this.push.acts.append(this.test);
    this.sound.acts.append(this.play);
    this.append(h("h4", null, "On this device"), this.push.row, this.desk.row, this.sound.row);
  }

  render() {
    const { notices } = this.ui;
    if (!this.changed(notices, this.data.viewer)) return;
    const told = Boolean(this.actions.notices) && mayCall(this.data, "notifications.attend");
    this.hidden = !told || !notices;
    if (!this.hidden && notices) this.#draw(notices);
  }

  /** @param {NoticesUi} notices */
  #draw({ push, desk, sound, soundBlocked }) {
    const { push: pushRow, desk: deskRow, sound: soundRow } = this;
    if (!pushRow || !deskRow || !soundRow || !this.test) return;
    const paired = this.data.viewer?.kind === "device";
    pushRow.show(paired ? push : "unsupported", paired ? whyNotTold(push) : NOT_PAIRED);
    deskRow.show(desk, whyNotTold(desk));
    soundRow.show(sound ? "on" : "off", sound && soundBlocked ? BLOCKED_SOUND : "");
    this.test.hidden = push !== "on";
  }

  async #switchPush() {
    const { notices } = this.actions;
    if (!this.push || !notices) return;
    const on = this.push.box.checked;
    this.push.say("");
    const failed = await (on ? notices.enablePush() : notices.disablePush());
    this.#settle(this.push, failed, on ? "On: this device is told now." : "Off.");
  }

  async #switchDesk() {
    const { notices } = this.actions;
    if (!this.desk || !notices) return;
    const on = this.desk.box.checked;
    this.desk.say("");
    const failed = on ? await notices.allowDesk() : notices.setDesk(false);
    this.#settle(this.desk, failed ?? null, "");
  }

  /** What came of it; the box says how it is, not what was wished for. @param {DeviceSwitch} row @param {import("../types").AskProblem | null} failed @param {string} done */
  #settle(row, failed, done) {
    const { notices } = this.ui;
    if (notices) this.#draw(notices);
    const hint = row.box.disabled ? "" : failed?.hint; // else the row itself says what to do
    row.say(failed ? [failed.message, hint].filter(Boolean).join(" ") : done, !failed);
  }

  async #test() {
    this.push?.say("Sending…");
    const answer = await this.actions.notices?.testPush();
    if (answer) this.push?.say([answer.message, answer.hint].filter(Boolean).join(" "), answer.ok);
  }
}

/** @typedef {ReturnType<typeof deviceSwitch>} DeviceSwitch */

/** @param {string} id @param {string} name @param {string} about */
function deviceSwitch(id, name, about) {
  const box = h("input", { id, type: "checkbox", role: "switch", "aria-describedby": `${id}-told` });
  const told = h("p", { class: "told", id: `${id}-told` }, about);
  const result = h("p", { class: "test-result", role: "status" });
  const acts = h("span", { class: "acts" });
  const row = h(
    "div",
    { class: "device-switch" },
    h("div", null, h("label", { for: id }, name), told, result),
    h("div", { class: "control" }, acts, box),
  );
  return {
    row,
    box,
    acts,
    /** @param {NoticesUi["push"]} state @param {string} why it cannot be switched on */
    show(state, why) {
      box.checked = state === "on";
      box.disabled = !["on", "off", "asks"].includes(state);
      setText(told, why || about);
      setAttribute(row, "data-state", state);
    },
    /** @param {string} text @param {boolean} [ok] */
    say(text, ok) {
      setAttribute(result, "data-ok", ok === undefined ? null : String(ok));
      setText(result, text);
    },
  };
}

const NOT_PAIRED = "Only paired browsers are reached by push: pair this one.";
const BLOCKED_SOUND = "The browser keeps it silent until you press something on this page: press Play.";

define("device-notices", DeviceNotices);
