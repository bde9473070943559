// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { SettingGroup } from "../settings/settings.js"
 * @import { SettingField } from "./setting-field.js"
 */
import { define, PilotElement } from "../element.js";
import { h, keyed } from "../html.js";
import { may } from "../select.js";
import { settingGroups } from "../settings/settings.js";
import { groupTools } from "../settings/settings-tools.js";
import { TelegramSetup } from "./telegram-setup.js";

/** The hub's settings by group; says "edited" whenever what is not saved yet is another. */
export class SettingsGroups extends PilotElement {
  /** @type {P.SettingsView | null} */ view = null;
  /** @type {Map<string, string>} by setting */ problems = new Map();
  query = "";

  build() {
    this.groups = h("div", { class: "setting-groups" });
    this.none = h("p", { class: "none" }, "No setting matches.");
    this.append(this.groups, this.none);
  }

  /** Values of the hub: what is being changed stays. @param {P.SettingsView} view */
  take(view) {
    this.view = view;
    for (const setting of view.settings) {
      const edit = this.#edits.get(setting.name);
      if (edit !== undefined) this.actions.settings.edit(setting, edit);
    }
    this.draw();
  }

  draw() {
    if (!this.groups || !this.none) return;
    const found = settingGroups(this.view?.settings ?? [], this.query);
    this.none.hidden = !this.view || found.length > 0;
    keyed(
      this.groups,
      found,
      ({ id }) => id,
      (group) => this.#make(group),
      (element, group) => this.#drawGroup(element, group),
    );
    this.dispatchEvent(new CustomEvent("edited"));
  }

  get #edits() {
    return this.actions.settings.edits;
  }

  /** @param {SettingGroup} group */
  #make({ id, title }) {
    const tools = may(this.data, "admin")
      ? groupTools(
          id,
          this.actions.settings,
          (view) => this.take(view),
          () => this.#edits.size > 0,
        )
      : [];
    const heading = h("h3", { id: `settings-${id}`, tabindex: -1 }, title);
    const fields = h("div", { class: "setting-fields" });
    const front = (IN_FRONT_OF[id] ?? []).map((name) => document.createElement(name));
    return h(
      "section",
      { class: "setting-group", "aria-labelledby": heading.id, "data-group": id },
      heading,
      h("div", { class: "group-front" }, ...front),
      h("h4", { class: "fields-head" }, FIELD_HEADS[id] ?? ""),
      fields,
      h("div", { class: "group-tools" }, ...tools),
    );
  }

  /** @param {HTMLElement} element @param {SettingGroup} group */
  #drawGroup(element, group) {
    const fields = element.querySelector(".setting-fields");
    if (!fields) return;
    this.#drawFront(element, group);
    keyed(
      fields,
      group.settings,
      ({ name }) => name,
      // SAFETY: the element registered under that name
      () => /** @type {SettingField} */ (document.createElement("setting-field")),
      (field, setting) => this.#drawField(field, setting),
    );
  }

  /** @param {HTMLElement} element @param {SettingGroup} group */
  #drawFront(element, { id, whole, settings }) {
    const [front, head] = [".group-front", ".fields-head"].map((one) => element.querySelector(one));
    if (!(front instanceof HTMLElement) || !(head instanceof HTMLElement)) return;
    front.hidden = !whole;
    head.hidden = !FIELD_HEADS[id] || !whole || !settings.length;
    for (const part of front.children) if (part instanceof TelegramSetup && this.view) part.take(this.view);
  }

  /** @param {SettingField} field @param {P.SettingInfo} setting */
  #drawField(field, setting) {
    field.dataset.setting = setting.name;
    field.show(setting, {
      edit: this.#edits.get(setting.name),
      problem: this.problems.get(setting.name),
      readOnly: !may(this.data, "admin"),
      onEdit: (value) => {
        this.problems.delete(setting.name);
        this.actions.settings.edit(setting, value);
        this.draw();
      },
      onLeave: () => void this.#check(setting.name),
    });
  }

  /** A look at what was typed; saving does not wait for it. @param {string} name */
  async #check(name) {
    const value = this.#edits.get(name);
    if (value === undefined) return;
    const problem = await this.actions.settings.check(name, value);
    if (this.#edits.get(name) !== value) return;
    if (problem) this.problems.set(name, problem);
    this.draw();
  }
}

/** Elements that stand in front of a group's fields. @type {Partial<Record<P.SettingInfo["group"], string[]>>} */
const IN_FRONT_OF = {
  notifications: ["notification-channels", "device-notices", "notice-rules", "project-rules"],
  telegram: ["telegram-setup"],
};

/** @type {Partial<Record<P.SettingInfo["group"], string>>} */
const FIELD_HEADS = { notifications: "When", telegram: "Details" };

define("settings-groups", SettingsGroups);
