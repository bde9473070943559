// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { TUNNEL_LIGHTS, TUNNEL_STATES } from "../trust/reach-words.js";

/** The tunnel as it is, to be started and stopped. */
class TunnelPanel extends PilotElement {
  build() {
    this.dot = h("span", { class: "dot", "aria-hidden": "true" });
    this.state = h("span", { class: "tunnel-state", role: "status" });
    this.url = h("code", { class: "tunnel-url" });
    this.message = h("p", { class: "told" });
    this.problem = h("p", { class: "problem", role: "alert", hidden: true });
    this.start = this.#button("Start the tunnel", () => this.actions.trust.startTunnel({}));
    this.force = this.#button("Start it all the same", () => this.actions.trust.startTunnel({ force: true }));
    this.stop = this.#button("Stop the tunnel", () => this.actions.trust.stopTunnel());
    const pair = { type: "button", class: "button", on: { click: () => this.actions.showSheet("pair") } };
    this.pair = h("button", pair, "Pair a device through it");
    this.append(
      h("div", { class: "setting-head" }, h("span", { class: "name" }, "Tunnel")),
      h(
        "p",
        { class: "told" },
        "Reaches this machine from anywhere, by cloudflared, ngrok or a command of your own. Only paired devices get in.",
      ),
      h("p", { class: "tunnel-line" }, this.dot, this.state, this.url),
      this.message,
      this.problem,
      h("div", { class: "acts" }, this.start, this.force, this.stop, this.pair),
    );
    this.force.hidden = true;
  }

  render() {
    const { tunnel } = this.data;
    if (!this.changed(tunnel) || !this.dot || !this.state || !this.url || !this.message) return;
    setAttribute(this.dot, "data-light", TUNNEL_LIGHTS[tunnel.state]);
    setText(this.state, [TUNNEL_STATES[tunnel.state], tunnel.provider].filter(Boolean).join(" · "));
    setText(this.url, tunnel.url ?? "");
    setText(this.message, tunnel.message ?? "");
    const off = tunnel.state === "off" || tunnel.state === "failed";
    if (this.start) this.start.hidden = !off;
    if (this.stop) this.stop.hidden = off;
    if (this.pair) this.pair.hidden = tunnel.state !== "up";
    if (this.force && !off) this.force.hidden = true;
  }

  /** @param {string} label @param {() => Promise<import("../types").AskProblem | null>} act */
  #button(label, act) {
    const button = h("button", { type: "button", class: "button" }, label);
    button.addEventListener("click", async () => {
      button.disabled = true;
      const failed = await act();
      button.disabled = false;
      this.#tell(failed);
    });
    return button;
  }

  /** @param {import("../types").AskProblem | null} failed */
  #tell(failed) {
    if (!this.problem || !this.force) return;
    this.problem.hidden = !failed;
    setText(this.problem, failed ? [failed.message, failed.hint].filter(Boolean).join(" ") : "");
    this.force.hidden = failed?.code !== "no_device";
  }
}

define("tunnel-panel", TunnelPanel);
