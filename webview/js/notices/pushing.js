// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @import { PushDoor } from "../host/host"
 */
import { CallError } from "../host/channel.js";
import { mayCall } from "../select.js";

const PUSH = "pilot.notices.push";

/** Keeps this browser's subscription and what the hub knows of it in step. */
export class Pushing {
  #told = ""; // what the hub was told last
  /** @type {Promise<void>} */ #last = Promise.resolve();

  /** The hub has what it needs to reach this browser. */
  isOn = false;

  /** @param {Tools} tools @param {PushDoor} door */
  constructor(tools, door) {
    this.tools = tools;
    this.store = tools.store;
    this.door = door;
  }

  /** Subscribe anew where needed and tell the hub; the person has just allowed it. */
  enable() {
    return this.#inTurn(() => this.#subscribe());
  }

  disable() {
    return this.#inTurn(() => this.#end());
  }

  /** At each loading, and whenever the hub was away: what either side lost is put right. Never asks a person. */
  sync() {
    return this.#inTurn(() => this.#sync());
  }

  async #sync() {
    if (!mayCall(this.store.data, "push.subscribe")) return;
    const current = await this.door.current();
    if (!current && !this.#wanted) return;
    if (this.door.permission !== "on") return this.#end();
    if (!current && this.door.onlyFromPress) return this.#forget();
    this.#told = ""; // the hub may have forgotten it
    this.isOn = current !== null;
    await this.#subscribe();
  }

  async #subscribe() {
    const { publicKey } = await this.tools.channel.call("push.key", {});
    const subscription = await this.door.subscribe(publicKey);
    const told = JSON.stringify(subscription);
    if (told !== this.#told) await this.#tell(subscription);
    this.#told = told;
    this.#want("on");
    this.isOn = true;
  }

  /** @param {P.PushSubscription} subscription */
  async #tell(subscription) {
    try {
      await this.tools.channel.call("push.subscribe", subscription);
    } catch (error) {
      if (!(error instanceof CallError) || error.status !== 0) this.isOn = false; // it was refused, not just not heard
      throw error;
    }
  }

  /** The hub first: it would go on sending to nobody. */
  async #end() {
    await this.tools.channel.call("push.unsubscribe", {});
    await this.door.unsubscribe();
    this.#forget();
  }

  #forget() {
    this.#told = "";
    this.#want("");
    this.isOn = false;
  }

  get #wanted() {
    return this.tools.lasting?.getItem(PUSH) === "on";
  }

  /** @param {"on" | ""} value */
  #want(value) {
    try {
      if (value) this.tools.lasting?.setItem(PUSH, value);
      else this.tools.lasting?.removeItem(PUSH);
    } catch {
      // the browser knows its subscription itself
    }
  }

  /** One after the other: two at once would undo one another. @param {() => Promise<void> | void} act */
  #inTurn(act) {
    const turn = this.#last.catch(() => {}).then(act);
    this.#last = turn;
    return turn;
  }
}
