// @ts-check
import { define } from "../element.js";
import { h } from "../html.js";
import { mayCall } from "../select.js";
import { Sheet } from "../sheet.js";

/** Channels and what goes where, for an editor, which has all other settings itself. */
class NotificationsSheet extends Sheet {
  sheet = /** @type {const} */ ("notifications");
  heading = "Notifications";

  render() {
    super.render();
    if (this.ui.sheet !== this.sheet) return this.content?.replaceChildren();
    if (mayCall(this.data, "notifications.get")) this.actions.notifying.keepUp();
  }

  fill() {
    const parts = ["notification-channels", "notice-rules", "project-rules"];
    const elements = parts.map((name) => document.createElement(name));
    const heading = h("h3", null, "How you are reached");
    this.content?.replaceChildren(h("section", { class: "setting-group" }, heading, ...elements, this.#elsewhere()));
    void this.actions.notifying.load();
  }

  /** Times, quiet hours and Telegram's bot. */
  #elsewhere() {
    const open = () => (this.actions.editor ? this.actions.run("pilot.settings") : this.actions.openSettings());
    return h(
      "div",
      { class: "elsewhere" },
      h(
        "p",
        { class: "told" },
        "After how long, quiet hours and the Telegram bot are in the settings. A chat is connected from the dashboard in a browser.",
      ),
      h("button", { type: "button", class: "button", on: { click: open } }, "Open the settings"),
    );
  }
}

define("notifications-sheet", NotificationsSheet);
