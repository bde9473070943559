// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { DeviceRow } from "./device-row.js"
 */
import { define } from "../element.js";
import { h, keyed, setText } from "../html.js";
import { Sheet } from "../sheet.js";

const DEVICES_TICK = 30_000; // ms, for who is online

/** Everybody who may come in, to be renamed, given another role, or cut off; the owner's token made anew. */
class DevicesSheet extends Sheet {
  sheet = /** @type {const} */ ("devices");
  heading = "Devices";
  #seen = "";
  #asked = 0;

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  render() {
    super.render();
    const open = this.ui.sheet === this.sheet;
    if (!open) clearInterval(this.timer);
    if (open && (this.#now !== this.#seen || this.changed(this.data.clients))) void this.#load();
  }

  fill() {
    this.rows = h("div", { class: "device-list" });
    this.none = h("p", { class: "none" });
    const open = { type: "button", class: "send", on: { click: () => this.actions.showSheet("pair") } };
    this.pair = h("button", open, "Pair a device");
    this.content?.replaceChildren(
      this.none,
      this.rows,
      h("div", { class: "acts" }, this.pair),
      document.createElement("token-rotation"),
    );
    clearInterval(this.timer);
    this.timer = setInterval(() => void this.#load(), DEVICES_TICK);
  }

  /** Devices, and which of them get notifications. */
  get #now() {
    return `${this.ui.devicesChanged} ${this.ui.notificationsChanged}`;
  }

  async #load() {
    this.#seen = this.#now;
    const asked = ++this.#asked;
    const answer = await this.actions.trust.devices();
    if (asked !== this.#asked || !this.rows || !this.none) return;
    const problem = Array.isArray(answer) ? null : answer.problem;
    const devices = Array.isArray(answer) ? answer : [];
    setText(
      this.none,
      problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : devices.length ? "" : NO_DEVICES,
    );
    this.none.hidden = !this.none.textContent;
    if (problem) return;
    keyed(
      this.rows,
      devices,
      ({ id }) => id,
      // SAFETY: the element registered under that name
      () => /** @type {DeviceRow} */ (document.createElement("device-row")),
      (row, device) => row.show(device, () => void this.#changed()),
    );
  }

  /** Whoever cut a device off is not left without a place when its row goes. */
  async #changed() {
    await this.#load();
    if (this.ui.sheet === this.sheet && document.activeElement === document.body) this.pair?.focus();
  }

  /** @type {ReturnType<typeof setInterval> | undefined} */ timer;
}

const NO_DEVICES = "No device is paired. Pair your phone, and answer your agents from wherever you are.";

define("devices-sheet", DevicesSheet);
