// @ts-check
/**
 * @import { ChannelRow } from "./channel-row.js"
 */
import { define, PilotElement } from "../element.js";
import { h, keyed, setText } from "../html.js";
import { eachSecond } from "../transcript/ticking.js";

const LOOK_AGAIN = 20; // seconds after which "2 min ago" may be "3 min ago"

/** Each way to reach a person: how it fares, when something arrived last, what went wrong, and a test. */
class NotificationChannels extends PilotElement {
  #stop = () => {};
  #ticks = 0;

  connectedCallback() {
    super.connectedCallback();
    this.#stop = eachSecond(() => ++this.#ticks % LOOK_AGAIN === 0 && this.#draw());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  build() {
    this.quiet = h("p", { class: "told quiet-now" }, "These are quiet hours: only what you excepted is sent now.");
    this.problem = h("p", { class: "problem", role: "status" });
    this.rows = h("div", { class: "channels", role: "list", "aria-label": "Channels" });
    this.append(this.quiet, this.problem, this.rows);
  }

  render() {
    const { notifications, notificationsProblem } = this.ui;
    if (this.changed(notifications, notificationsProblem, this.data.viewer)) this.#draw();
  }

  #draw() {
    const { notifications, notificationsProblem } = this.ui;
    if (!this.quiet || !this.problem || !this.rows) return;
    this.quiet.hidden = !notifications?.quiet;
    setText(this.problem, notificationsProblem ? wordsOf(notificationsProblem) : "");
    this.problem.hidden = !notificationsProblem;
    keyed(
      this.rows,
      notifications?.channels ?? [],
      ({ channel }) => channel,
      // SAFETY: the element registered under that name
      () => /** @type {ChannelRow} */ (document.createElement("channel-row")),
      (row, channel) => row.show(channel),
    );
  }
}

/** @param {{ message: string, hint?: string | undefined }} told */
function wordsOf({ message, hint }) {
  return [message, hint].filter(Boolean).join(" ");
}

define("notification-channels", NotificationChannels);
