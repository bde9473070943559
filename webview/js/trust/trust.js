// @ts-check
/**
 * Who may come in and how: pairing, devices, what waits for a yes, addresses, the tunnel, the owner's token.
 *
 * @import * as P from "../protocol.gen"
 * @import { AskProblem, Ui } from "../types"
 * @import { Tools } from "../actions.js"
 */
import { asProblem } from "../connection/sync.js";

export class Trust {
  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
  }

  /** A way in for another device, good once. @param {P.PairParams} params @returns {Promise<P.PairingLink | { problem: AskProblem }>} */
  async invite(params) {
    try {
      return await this.tools.channel.call("pairing.create", params);
    } catch (error) {
      return { problem: asProblem(error) };
    }
  }

  /** @returns {Promise<P.DeviceView[] | { problem: AskProblem }>} */
  async devices() {
    try {
      return (await this.tools.channel.call("devices.list", {})).devices;
    } catch (error) {
      return { problem: asProblem(error) };
    }
  }

  /** @param {P.DeviceChange} change */
  change(change) {
    return this.#tell(() => this.tools.channel.call("devices.update", change));
  }

  /** @param {string} id */
  revoke(id) {
    return this.#tell(() => this.tools.channel.call("devices.revoke", { id }));
  }

  /** This browser goes: what it knew goes with it. */
  leave() {
    return this.#tell(async () => {
      await this.tools.channel.call("devices.leave", {});
      this.tools.sync.leave();
    });
  }

  /** A new owner token; old connections end. @param {boolean} devices every paired device goes, too */
  rotate(devices) {
    return this.#tell(() => this.tools.channel.call("token.rotate", { devices }));
  }

  /** @param {string} id of what waits @param {boolean} allow */
  answer(id, allow) {
    return this.#tell(() => this.tools.channel.call("confirmations.answer", { id, allow }));
  }

  /** @returns {Promise<P.Reachability | { problem: AskProblem }>} */
  async reach() {
    try {
      return await this.tools.channel.call("reach.get", {});
    } catch (error) {
      return { problem: asProblem(error) };
    }
  }

  /** @param {P.TunnelStart} start */
  startTunnel(start) {
    return this.#tell(async () => this.#tunnel(await this.tools.channel.call("tunnel.start", start)));
  }

  stopTunnel() {
    return this.#tell(async () => this.#tunnel(await this.tools.channel.call("tunnel.stop", {})));
  }

  /** Let another device in. */
  openPair() {
    this.#open("pair", "pilot.phone.showQr");
  }

  openDevices() {
    this.#open("devices", "pilot.devices");
  }

  /** Make a link for somebody who only watches: one session, or all of them. @param {string | null} sessionId */
  openFollow(sessionId) {
    this.store.setUi({ following: sessionId });
    this.#open("follow", "pilot.session.share");
  }

  /** Start or stop the tunnel; problems are told. */
  async switchTunnel() {
    const { editor } = this.tools;
    if (editor) return editor.run("pilot.tunnel");
    const off = ["off", "failed"].includes(this.store.data.tunnel.state);
    const notice = await (off ? this.startTunnel({}) : this.stopTunnel());
    if (notice) this.store.setUi({ notice });
  }

  /** An editor has ways of its own, and what runs in its page makes no way in. @param {Ui["sheet"]} sheet @param {string} command */
  #open(sheet, command) {
    if (this.tools.editor) this.tools.editor.run(command);
    else this.store.setUi({ sheet });
  }

  /** @param {number} index of what an agent tried */
  dismiss(index) {
    this.store.setUi({ refusals: this.store.ui.refusals.toSpliced(index, 1) });
  }

  /** @param {P.TunnelStatus} tunnel */
  #tunnel(tunnel) {
    this.store.setData({ ...this.store.data, tunnel });
  }

  /** What went wrong, for whoever asked to say beside the button. @param {() => Promise<unknown>} call @returns {Promise<AskProblem | null>} */
  async #tell(call) {
    try {
      await call();
      return null;
    } catch (error) {
      return asProblem(error);
    }
  }
}
