// @ts-check
import { define, PilotElement } from "../element.js";
import { h } from "../html.js";

/** The ways to other devices: let one in, see who is in, let somebody watch. */
class DeviceDoors extends PilotElement {
  build() {
    const door = (/** @type {string} */ label, /** @type {() => void} */ click) =>
      h("button", { type: "button", class: "button", on: { click } }, label);
    this.append(
      h(
        "p",
        { class: "told" },
        "Your phone is paired in seconds: scan a code, done. What each device may do is up to you.",
      ),
      h(
        "div",
        { class: "acts" },
        door("Pair a device", () => this.actions.trust.openPair()),
        door("Devices", () => this.actions.trust.openDevices()),
        door("Let somebody follow along", () => this.actions.trust.openFollow(null)),
      ),
    );
  }
}

define("device-doors", DeviceDoors);
