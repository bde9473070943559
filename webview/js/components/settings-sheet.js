// @ts-check
/**
 * @import { SettingsGroups } from "./settings-groups.js"
 * @import { SettingsNav } from "./settings-nav.js"
 */
import { define } from "../element.js";
import { plural } from "../format.js";
import { holdInSight } from "../frame/holding.js";
import { h, setText } from "../html.js";
import { may, mayCall } from "../select.js";
import { Sheet } from "../sheet.js";

/** The hub's settings and this browser's own; what is not saved yet is not lost by closing it. */
class SettingsSheet extends Sheet {
  sheet = /** @type {const} */ ("settings");
  heading = "Settings";
  #seen = 0;
  #open = false;
  #held = "";
  #failed = false; // what is said is that nothing could be fetched

  build() {
    super.build();
    this.search = h("input", { type: "search", "aria-label": "Search settings", placeholder: "Search settings" });
    this.search.addEventListener("input", () => this.#find());
    this.notice = h("div", { class: "settings-notice" });
    this.device = settingsSection("This device", "device-settings");
    this.others = settingsSection("Other devices", "device-doors");
    this.reach = settingsSection("How devices get here", "tunnel-panel", "reach-panel");
    // SAFETY: the element registered under that name
    this.groups = /** @type {SettingsGroups} */ (document.createElement("settings-groups"));
    this.groups.addEventListener("edited", () => this.#drawAround());
    // SAFETY: the element registered under that name
    this.nav = /** @type {SettingsNav} */ (document.createElement("settings-nav"));
    this.foot = this.#bar();
    this.content?.append(this.notice, this.device, this.others, this.reach, this.groups);
    this.content?.before(h("div", { class: "settings-search" }, this.search, this.nav));
    this.dialog?.append(this.foot);
  }

  render() {
    const { sheet, settingsChanged } = this.ui;
    if (sheet !== this.sheet && this.#open && this.#unsaved) return this.#holdBack();
    this.#open = sheet === this.sheet;
    super.render();
    if (sheet !== this.sheet) return;
    if (settingsChanged !== this.#seen) void this.#load();
    if (mayCall(this.data, "notifications.get")) this.actions.notifying.keepUp();
  }

  fill() {
    if (this.search) this.search.value = "";
    this.#find();
    this.#say("");
    void this.#load();
    if (mayCall(this.data, "notifications.get")) void this.actions.notifying.load();
  }

  get #unsaved() {
    return this.actions.settings.edits.size;
  }

  async #load() {
    this.#seen = this.ui.settingsChanged;
    const allowed = mayCall(this.data, "settings.get");
    if (this.groups) this.groups.hidden = !allowed;
    if (this.search?.parentElement) this.search.parentElement.hidden = !allowed;
    if (!allowed) return;
    const answer = await this.actions.settings.load();
    if ("view" in answer) this.groups?.take(answer.view);
    if (!("view" in answer)) this.#say(answer.message);
    else if (this.#failed) this.#say("");
    else this.#note(); // "Saved." stays: what was saved is fetched again at once
    this.#failed = !("view" in answer);
    this.#goToWanted();
  }

  /** To the one setting that was asked for, in the palette for one. */
  #goToWanted() {
    const { settingsAt } = this.ui;
    const group = this.querySelector(`[data-group="${settingsAt ?? ""}"]`);
    const field = group ?? this.querySelector(`[data-setting="${settingsAt ?? ""}"]`);
    if (!field) return;
    this.store.setUi({ settingsAt: null });
    holdInSight(field, group ? "start" : "center", this.querySelectorAll(".setting-group"), this);
    const input = field.querySelector(group ? "h3" : ":is(input, select, button):not(:disabled)");
    if (input instanceof HTMLElement) input.focus({ preventScroll: true });
  }

  #find() {
    if (!this.groups || !this.search || !this.device) return;
    this.groups.query = this.search.value;
    this.device.hidden = Boolean(this.actions.editor || this.search.value);
    for (const part of [this.others, this.reach])
      if (part) part.hidden = Boolean(this.search.value) || !may(this.data, "admin");
    this.groups.draw();
  }

  async #save() {
    this.#held = "";
    const answer = await this.actions.settings.save();
    if (!this.groups) return;
    this.groups.problems = "problems" in answer ? answer.problems : new Map();
    if ("view" in answer) this.groups.take(answer.view);
    else this.groups.draw();
    if ("view" in answer) return this.#say("Saved.");
    const wrong = answer.problems.size ? "See what does not fit." : answer.message;
    this.#say(`Nothing was saved. ${wrong}`);
    this.#showFirstProblem();
  }

  #showFirstProblem() {
    const field = this.groups?.querySelector("[aria-invalid]");
    if (field instanceof HTMLElement) field.focus();
  }

  #discard() {
    this.actions.settings.edits.clear();
    this.groups?.problems.clear();
    this.groups?.draw();
    this.#say("");
  }

  /** Closing would hide changes that are not saved: say so, wherever the closing came from. */
  #holdBack() {
    this.#held = "There are changes that are not saved: save or discard them first.";
    this.store.setUi({ sheet: this.sheet });
    if (this.dialog?.open) this.#say("");
  }

  #bar() {
    this.said = h("p", { class: "settings-said", role: "status" });
    this.amount = h("span", null);
    const save = h("button", { type: "button", class: "send", on: { click: () => this.#save() } }, "Save");
    const discard = h("button", { type: "button", class: "quiet", on: { click: () => this.#discard() } }, "Discard");
    return h(
      "footer",
      { class: "settings-foot" },
      this.said,
      this.amount,
      h("span", { class: "spring" }),
      discard,
      save,
    );
  }

  /** What depends on the groups: the sections, what is not saved. */
  #drawAround() {
    this.nav?.show(this.content?.querySelectorAll(".setting-group") ?? []);
    if (!this.foot || !this.amount) return;
    this.foot.dataset.unsaved = String(this.#unsaved > 0);
    setText(this.amount, `${plural(this.#unsaved, "change")} not saved`);
  }

  /** What came of the last thing done, where the hand is. @param {string} text */
  #say(text) {
    const held = this.#unsaved ? this.#held : "";
    if (this.said) setText(this.said, [text, held].filter(Boolean).join(" "));
    this.#note();
  }

  /** What holds for all of it, above everything. */
  #note() {
    const looks = mayCall(this.data, "settings.get") && !may(this.data, "admin");
    const only = looks ? ["This device may look at settings, not change them."] : [];
    const told = [...only, ...(this.groups?.view?.problems ?? [])];
    this.notice?.replaceChildren(...told.map((line) => h("p", null, line)), ...this.#elsewhere());
  }

  /** What belongs to the editor is set there. */
  #elsewhere() {
    if (!this.actions.editor) return [];
    const open = { type: "button", class: "button", on: { click: () => this.actions.run("pilot.settings") } };
    return [
      h("p", null, "How Pilot looks and behaves in VS Code is set there."),
      h("button", open, "Open VS Code's settings"),
    ];
  }
}

/** @param {string} title @param {...string} names of the elements in it */
function settingsSection(title, ...names) {
  return h(
    "section",
    { class: "setting-group" },
    h("h3", null, title),
    ...names.map((name) => document.createElement(name)),
  );
}

define("settings-sheet", SettingsSheet);
