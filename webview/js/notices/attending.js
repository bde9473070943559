// @ts-check
/**
 * @import { Tools } from "../actions.js"
 * @import { Attention, Device } from "../host/host"
 */
import { mayCall } from "../select.js";

const RENEWED = 30_000; // ms between two reports while somebody is there

/** Tells the hub whether somebody looks at this page; it counts while the page's stream is open. */
export class Attending {
  /** @type {Attention} */ #now = "visible";
  #said = "";
  #saidAt = 0;
  #seenAt = 0;
  #busy = false;

  /** @param {Tools} tools @param {Device} device */
  constructor(tools, device) {
    this.tools = tools;
    this.store = tools.store;
    this.device = device;
  }

  start() {
    this.attention = this.device.watchAttention((now, seenAt) => {
      this.#now = now;
      this.#seenAt = seenAt;
      this.report();
    });
    this.store.subscribe(() => this.report());
  }

  /** How the page is at this moment. @returns {Attention} */
  attention = () => "hidden";

  /** Say how it is, unless the hub knows. */
  report() {
    if (this.store.ui.connection.state !== "open")
      this.#said = ""; // with its stream the hub forgets the page
    else if (mayCall(this.store.data, "notifications.attend") && this.#isNews) void this.#send();
  }

  get #isNews() {
    const usedSince = this.#now === "active" && this.#seenAt > this.#saidAt;
    return this.#what !== this.#said || (usedSince && Date.now() - this.#saidAt > RENEWED);
  }

  get #what() {
    return JSON.stringify({ state: this.#now, notifies: this.store.ui.notices?.desk === "on" });
  }

  /** One at a time, so that the last one said is the last one heard; only a farewell does not wait. */
  async #send() {
    const state = this.#now;
    if (this.#busy && state !== "hidden") return;
    const overtakes = this.#busy;
    this.#busy = true;
    this.#said = overtakes ? "" : this.#what; // what overtook the one before is said once more
    this.#saidAt = Date.now();
    const report = { surface: this.device.surface, state, notifies: this.store.ui.notices?.desk === "on" };
    await this.tools.channel.call("notifications.attend", report).catch(() => {}); // the stream tells when the hub is gone
    if (overtakes) return;
    this.#busy = false;
    this.report();
  }
}
