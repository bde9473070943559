// @ts-check
import { define, PilotElement } from "../element.js";
import { countdown } from "../format.js";
import { h, setText } from "../html.js";

const GRACE = 1_500; // ms: a hiccup is not worth a word

/** Calm word that the hub is away; what is on the page stays. */
class ConnectionStrip extends PilotElement {
  build() {
    this.words = h("span", { role: "status" });
    this.rest = h("span", { class: "rest", "aria-hidden": "true" });
    this.again = h(
      "button",
      { type: "button", class: "link", on: { click: () => this.actions.retryNow() } },
      "Try now",
    );
    this.append(this.words, this.rest, this.again);
    this.hidden = true;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  render() {
    const { connection } = this.ui;
    if (!this.changed(connection)) return;
    if (connection.state === "open") this.since = undefined;
    else this.since ??= Date.now();
    this.#tick();
  }

  #tick() {
    clearTimeout(this.timer);
    const { connection } = this.ui;
    const away = this.since === undefined ? 0 : Date.now() - this.since;
    this.hidden = connection.state === "open" || away < GRACE;
    if (connection.state === "open") return;
    this.#say(connection);
    this.timer = setTimeout(() => this.#tick(), 500);
  }

  /** @param {import("../types").Connection} connection */
  #say(connection) {
    if (!this.words || !this.rest || !this.again) return;
    const waiting = connection.state === "waiting";
    setText(this.words, waiting ? "Pilot cannot be reached. What you see is as of a moment ago." : "Connecting…");
    setText(this.rest, waiting ? `Next try in ${countdown((connection.retryAt ?? 0) - Date.now())}` : "");
    this.again.hidden = !waiting;
  }

  /** @type {number | undefined} */ since;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;
}

define("connection-strip", ConnectionStrip);
