// @ts-check
/**
 * The hub's settings as a person changes them: nothing leaves the page before it is saved, and a secret never comes to it.
 *
 * @import * as P from "../protocol.gen"
 * @import { Tools } from "../actions.js"
 * @typedef {string | number | boolean | null} Edited null: forget what was saved
 * @typedef {{ view: P.SettingsView } | { message: string, there: boolean }} KeysMade there: keys that would be replaced
 * @typedef {{ id: P.SettingInfo["group"], title: string, settings: P.SettingInfo[], whole: boolean }} SettingGroup whole: what stands in front of its fields is in sight, too
 */

import { asProblem } from "../connection/sync.js";
import { CallError } from "../host/channel.js";

/** @type {[P.SettingInfo["group"], string][]} in the order shown */
const GROUPS = [
  ["notifications", "Notifications"],
  ["telegram", "Telegram"],
  ["push", "Push"],
  ["asks", "Asks"],
  ["budget", "Budget"],
  ["network", "Network"],
  ["tunnel", "Tunnel"],
  ["files", "Files"],
  ["history", "History"],
  ["advanced", "Advanced"],
];

/** @type {Record<P.SettingInfo["source"], string>} */
export const SOURCES = { shell: "Shell", saved: "Saved", env_file: ".env", default: "Default" };

/** @type {ReadonlySet<string>} what can be tried out */
export const TESTABLE = new Set(["network", "tunnel", "telegram", "push"]);

export class Settings {
  /** What is changed but not saved yet; outlives a closed sheet. @type {Map<string, Edited>} */ edits = new Map();

  /** @type {Set<string>} names */ #numbers = new Set();

  /** @param {Pick<Tools, "channel">} tools */
  constructor(tools) {
    this.channel = tools.channel;
  }

  /** @returns {Promise<{ view: P.SettingsView } | { message: string }>} */
  async load() {
    try {
      return { view: await this.channel.call("settings.get", {}) };
    } catch (error) {
      return { message: asProblem(error).message };
    }
  }

  /**
   * What is wrong with a value; nothing where it fits, or where nobody can tell now.
   * @param {string} name
   * @param {Edited} value
   * @returns {Promise<string | null>}
   */
  async check(name, value) {
    if (value === null) return null;
    if (this.#numbers.has(name) && typeof value !== "number") return "Enter a number.";
    const answer = await this.channel.call("settings.check", { name, value }).catch(() => null);
    return answer?.problem?.replace(/^PILOT_\w+: /, "") ?? null;
  }

  /**
   * Save all that was changed, or nothing; then each value that does not fit says so.
   * @returns {Promise<{ view: P.SettingsView } | { message: string, problems: Map<string, string> }>}
   */
  async save() {
    const sent = [...this.edits];
    try {
      const view = await this.channel.call("settings.update", { values: Object.fromEntries(sent) });
      for (const [name, value] of sent) if (this.edits.get(name) === value) this.edits.delete(name);
      return { view };
    } catch (error) {
      const { message, hint } = asProblem(error);
      const checked = await Promise.all(sent.map(async ([name, value]) => [name, await this.check(name, value)]));
      // SAFETY: those without a problem are left out
      const problems = /** @type {[string, string][]} */ (checked.filter(([, problem]) => problem));
      return { message: [message, hint].filter(Boolean).join(" "), problems: new Map(problems) };
    }
  }

  /**
   * Note a change; one that leads back to what is saved is none.
   * @param {P.SettingInfo} setting
   * @param {Edited} value
   */
  edit(setting, value) {
    if (typeof setting.value === "number") this.#numbers.add(setting.name);
    const back = setting.secret ? value === "" : value === setting.value;
    const forgets = value === null && setting.source !== "saved";
    if (back || forgets) this.edits.delete(setting.name);
    else this.edits.set(setting.name, value);
  }

  /** Change one setting for another part of the page. @param {string} name @param {Edited} value */
  set(name, value) {
    return this.channel.call("settings.update", { values: { [name]: value } });
  }

  /** @param {P.SettingsTest["group"]} group @returns {Promise<P.SettingsTestResult>} */
  async test(group) {
    try {
      return await this.channel.call("settings.test", { group });
    } catch (error) {
      return { ok: false, ...asProblem(error) };
    }
  }

  /** A code that makes a chat the one that is written to. @returns {Promise<P.TelegramBinding | { problem: import("../types").AskProblem }>} */
  async bindTelegram() {
    try {
      return await this.channel.call("telegram.bind", {});
    } catch (error) {
      return { problem: asProblem(error) };
    }
  }

  /** Keys for push; those that are there stay. @returns {Promise<KeysMade>} */
  makeKeys() {
    return this.#keys(false);
  }

  /** Keys for push, in place of those that are there. @returns {Promise<KeysMade>} */
  replaceKeys() {
    return this.#keys(true);
  }

  /** @param {boolean} replace @returns {Promise<KeysMade>} */
  async #keys(replace) {
    try {
      return { view: await this.channel.call("settings.makeKeys", { replace }) };
    } catch (error) {
      const { message, hint } = asProblem(error);
      const there = error instanceof CallError && error.code === "conflict";
      return { message: [message, hint].filter(Boolean).join(" "), there };
    }
  }
}

/** What matches a search, by group; without one all of them. @param {P.SettingInfo[]} settings @param {string} query @returns {SettingGroup[]} */
export function settingGroups(settings, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return GROUPS.map(([id, title]) => ({
    id,
    title,
    settings: settings.filter((setting) => setting.group === id && matches(setting, title, words)),
    whole: settings.some(({ group }) => group === id) && isIn(`${title} ${IN_FRONT[id] ?? ""}`, words),
  })).filter((group) => group.settings.length || (group.whole && IN_FRONT[group.id]));
}

/** What else is found in a group, in front of its fields. @type {Partial<Record<P.SettingInfo["group"], string>>} */
const IN_FRONT = {
  notifications: "channels desk push telegram sound this device asks finished work errors stuck budget projects test",
  telegram: "bot chat connect botfather",
};

/** @param {string} text @param {string[]} words */
function isIn(text, words) {
  return words.every((word) => text.toLowerCase().includes(word));
}

/** @param {P.SettingInfo} setting @param {string} group @param {string[]} words */
function matches(setting, group, words) {
  return isIn([settingTitle(setting), setting.description, setting.env, setting.hint, group].join(" "), words);
}

/** @param {P.SettingInfo} setting */
export function settingTitle({ title, name }) {
  if (title) return title;
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a person typed, as the hub takes it; a number that is none stays a text, and the hub says why not. @param {P.SettingInfo} setting @param {string} text @returns {Edited} */
export function typed(setting, text) {
  if (typeof setting.value !== "number" || !text.trim()) return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
