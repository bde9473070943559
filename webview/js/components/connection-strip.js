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
    this.offers = h("span", { class: "offers" });
    this.append(this.words, this.rest, this.offers);
    this.hidden = true;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  render() {
    const { connection, away } = this.ui;
    if (!this.changed(connection, away)) return;
    this.#offer();
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

  #offer() {
    const { connection, away } = this.ui;
    const again = connection.state === "waiting" ? [this.#button("Try now", () => this.actions.retryNow())] : [];
    const offers = away?.offers.map(({ label, command }) => this.#button(label, () => this.actions.run(command)));
    this.offers?.replaceChildren(...(offers ?? again));
  }

  /** @param {string} label @param {() => void} click */
  #button(label, click) {
    return h("button", { type: "button", class: "link", on: { click } }, label);
  }

  /** @param {import("../types").Connection} connection */
  #say(connection) {
    if (!this.words || !this.rest) return;
    const { away } = this.ui;
    const waiting = connection.state === "waiting";
    const words = waiting ? "Pilot cannot be reached. What you see is as of a moment ago." : "Connecting…";
    setText(this.words, away ? [away.message, away.hint].filter(Boolean).join(" ") : words);
    const { retryAt } = connection;
    setText(this.rest, retryAt && !away ? `Next try in ${countdown(retryAt - Date.now())}` : "");
  }

  /** @type {number | undefined} */ since;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;
}

define("connection-strip", ConnectionStrip);
