// @ts-check
/** @import { Said } from "../connection/connection.js" */
import { ConnectionWords } from "../connection/connection.js";
import { define, PilotElement } from "../element.js";
import { h, keyed, setText } from "../html.js";

const STRIP_TICK = 500; // ms

/** Calm word that the hub is away; what is on the page stays. */
class ConnectionStrip extends PilotElement {
  #follower = new ConnectionWords();

  build() {
    this.words = h("span", { class: "words" });
    this.rest = h("span", { class: "rest", "aria-hidden": "true" });
    this.offers = h("span", { class: "offers" });
    this.spoken = h("span", { class: "sr-only", role: "status" });
    this.line = h("div", { class: "line" }, this.words, this.rest, this.offers);
    this.append(this.line, this.spoken);
    this.line.hidden = true;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  render() {
    const { connection, away, asOf, waitingPrompts } = this.ui;
    if (this.changed(connection, away, asOf, waitingPrompts)) this.#tick();
  }

  #tick() {
    clearTimeout(this.timer);
    const { connection, away, asOf, waitingPrompts } = this.ui;
    const offline = this.actions.reach.isOffline;
    const said = this.#follower.say({ connection, away, asOf, offline, waiting: waitingPrompts.length }, Date.now());
    this.#show(said);
    if (said || connection.state !== "open") this.timer = setTimeout(() => this.#tick(), STRIP_TICK);
  }

  /** @param {Said | null} said */
  #show(said) {
    if (!this.line || !this.words || !this.rest || !this.spoken) return;
    this.line.hidden = !said;
    setText(this.words, said?.words ?? "");
    setText(this.rest, said?.rest ?? "");
    this.#offer(said?.retry ?? false);
    const back = this.ui.connection.state === "open";
    setText(this.spoken, said ? (back ? "Connected again." : "Connection lost.") : "");
  }

  /** @param {boolean} retry */
  #offer(retry) {
    if (!this.offers) return;
    const again = retry ? [{ label: "Try now", act: () => this.actions.retryNow() }] : [];
    const own = this.ui.away?.offers.map(({ label, command }) => ({ label, act: () => this.actions.run(command) }));
    keyed(
      this.offers,
      own ?? again,
      ({ label }) => label,
      ({ label, act }) => h("button", { type: "button", class: "link", on: { click: act } }, label),
      () => {},
    );
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */ timer;
}

define("connection-strip", ConnectionStrip);
