// @ts-check
/**
 * @import * as P from "../protocol.gen"
 * @import { Edited } from "../settings/settings.js"
 * @typedef {{ edit: Edited | undefined, problem: string | undefined, readOnly: boolean, onEdit: (value: Edited) => void, onLeave: () => void }} FieldState
 * @typedef {HTMLInputElement | HTMLSelectElement | TimeSpan} Control
 */
import { define } from "../element.js";
import { h, setAttribute, setText } from "../html.js";
import { SOURCES, settingTitle, typed } from "../settings/settings.js";
import { TimeSpan } from "./time-span.js";

/** One setting: what it is, where its value comes from, and a way to change it. Needs no store. */
export class SettingField extends HTMLElement {
  /** @type {P.SettingInfo | null} */ #setting = null;
  /** @type {FieldState | null} */ #state = null;

  /** @param {P.SettingInfo} setting @param {FieldState} state */
  show(setting, state) {
    this.#setting = setting;
    this.#state = state;
    if (!this.control) this.#build(setting);
    this.#describe(setting, state);
    this.#showValue(setting, state);
  }

  /** @param {P.SettingInfo} setting */
  #build(setting) {
    const id = `setting-${setting.name}`;
    const told = `${id}-told ${id}-problem`;
    this.control = control(setting, { id, "aria-describedby": told });
    this.control.addEventListener("input", () => this.#edited());
    this.control.addEventListener("change", () => this.#edited());
    this.control.addEventListener("blur", () => this.#state?.onLeave());
    this.badge = h("span", { class: "tag" });
    this.problem = h("p", { class: "problem", id: `${id}-problem`, role: "status" });
    this.note = h("p", { class: "hint" });
    this.reset = h("button", { type: "button", class: "link", on: { click: () => this.#forget() } });
    const title = h("label", { for: id }, settingTitle(setting));
    const row = h(
      "div",
      { class: "control" },
      this.control,
      setting.unit && h("span", { class: "unit" }, setting.unit),
      this.reset,
    );
    this.append(
      h("div", { class: "setting-head" }, title, this.badge),
      h("p", { class: "told", id: `${id}-told` }, setting.description, ...helpOf(setting)),
      row,
      this.problem,
      this.note,
    );
  }

  /** @param {P.SettingInfo} setting @param {FieldState} state */
  #describe(setting, { edit, problem, readOnly }) {
    const changed = edit !== undefined;
    this.dataset.changed = String(changed);
    if (this.badge) setText(this.badge, changed ? "Not saved yet" : SOURCES[setting.source]);
    if (this.problem) setText(this.problem, problem ?? "");
    if (this.note) setText(this.note, settingNote(setting, changed));
    if (this.control) setAttribute(this.control, "disabled", setting.locked || readOnly);
    if (this.control) setAttribute(this.control, "aria-invalid", problem ? "true" : null);
    const forgettable = changed || setting.source === "saved";
    if (!this.reset) return;
    this.reset.hidden = setting.locked || readOnly || !forgettable;
    setText(this.reset, changed ? "Undo" : setting.secret ? "Clear" : "Reset to default");
    setAttribute(this.reset, "aria-label", `${this.reset.textContent}: ${settingTitle(setting)}`);
  }

  /** What is being typed is left alone. @param {P.SettingInfo} setting @param {FieldState} state */
  #showValue(setting, { edit }) {
    const written = edit !== undefined && edit !== null; // null: it was just taken back, by a press
    if (!this.control || (written && isInHand(this.control))) return;
    const value = edit === undefined ? setting.value : (edit ?? setting.default);
    if (this.control instanceof HTMLInputElement && this.control.type === "checkbox")
      this.control.checked = value === true;
    else if (setting.secret) this.#showSecret(setting, edit);
    else if (this.control.value !== String(value)) this.control.value = String(value);
  }

  /** @param {P.SettingInfo} setting @param {Edited | undefined} edit */
  #showSecret(setting, edit) {
    if (!this.control) return;
    const cleared = edit === null;
    const text = typeof edit === "string" ? edit : "";
    if (this.control.value !== text) this.control.value = text;
    const empty = cleared ? "Will be cleared" : "Not set";
    setAttribute(this.control, "placeholder", setting.value && !cleared ? "Set; type to replace it" : empty);
  }

  #edited() {
    if (!this.#setting || !this.control) return;
    const checkbox = this.control instanceof HTMLInputElement && this.control.type === "checkbox";
    // SAFETY: a checkbox is an input
    const value = checkbox
      ? /** @type {HTMLInputElement} */ (this.control).checked
      : typed(this.#setting, this.control.value);
    this.#state?.onEdit(value);
  }

  #forget() {
    if (!this.#setting || !this.#state) return;
    const changed = this.#state.edit !== undefined;
    this.control?.focus();
    this.#state.onEdit(changed ? (this.#setting.secret ? "" : this.#setting.value) : null);
  }
}

/** @param {Control} control */
function isInHand(control) {
  return control instanceof TimeSpan ? control.isInHand : document.activeElement === control;
}

/** @param {P.SettingInfo} setting @param {Record<string, string>} props @returns {Control} */
function control(setting, props) {
  if (setting.name === "quiet_hours") return timeSpan(props);
  const plain = { ...props, autocomplete: "off", spellcheck: "false" };
  if (typeof setting.value === "boolean") return h("input", { ...props, type: "checkbox", role: "switch" });
  if (setting.choices.length) {
    const options = setting.choices.map((choice) =>
      h("option", { value: choice }, choice.replaceAll("_", " ") || "Off"),
    );
    return h("select", props, ...options);
  }
  if (setting.secret) return h("input", { ...plain, type: "password", autocomplete: "new-password" });
  if (typeof setting.value === "number") return h("input", { ...plain, type: "text", inputmode: "decimal" });
  return h("input", { ...plain, type: "text" });
}

/** @param {Record<string, string>} props */
function timeSpan({ id, ...props }) {
  const span = new TimeSpan(id);
  for (const [name, value] of Object.entries(props)) span.setAttribute(name, value);
  return span;
}

/** Where to get a value. @param {P.SettingInfo} setting @returns {(Node | string)[]} */
function helpOf({ hint, link }) {
  const page =
    link && /^https:/.test(link) ? h("a", { href: link, target: "_blank", rel: "noreferrer" }, "Open the page") : null;
  return [...(hint ? [" ", hint] : []), ...(page ? [" ", page] : [])];
}

/** @param {P.SettingInfo} setting @param {boolean} changed */
function settingNote({ locked, env, needsRestart }, changed) {
  if (locked) return `Set by ${env} in the hub's environment, which wins: change it there.`;
  return needsRestart ? `Takes effect when the hub is started again${changed ? " after saving" : ""}.` : "";
}

define("setting-field", SettingField);
