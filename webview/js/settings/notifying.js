// @ts-check
/**
 * How people are told outside the page: how each channel fares, and what goes where. What is shown is in `ui.notifications`.
 *
 * @import * as P from "../protocol.gen"
 * @import { AskProblem } from "../types"
 * @import { Tools } from "../actions.js"
 * @typedef {Exclude<keyof P.NotificationRules, "projects">} ToldKind
 * @typedef {keyof P.KindRule} Way
 * @typedef {P.NotificationRules["projects"][string]} ProjectRule
 */
import { asProblem } from "../connection/sync.js";

export class Notifying {
  #seen = "";
  #unsaved = 0;
  /** @type {Promise<unknown>} changes reach the hub in the order in which they were made */ #last = Promise.resolve();

  /** @param {Pick<Tools, "store" | "channel">} tools */
  constructor({ store, channel }) {
    this.store = store;
    this.channel = channel;
  }

  /** Fetch what is shown if the hub said that it is old, or is another hub. */
  keepUp() {
    if (this.#seen !== this.#now) void this.load();
  }

  async load() {
    this.#seen = this.#now;
    try {
      this.#take(await this.channel.call("notifications.get", {}));
    } catch (error) {
      this.store.setUi({ notificationsProblem: asProblem(error) });
    }
  }

  /** Change what goes where: at once in sight, taken back if the hub refuses. @param {P.RulesChange} change @returns {Promise<AskProblem | null>} */
  change(change) {
    const rules = this.store.ui.notifications?.rules;
    const back = rules ? changeBack(rules, change) : {};
    this.#show(change);
    this.#unsaved++;
    const sent = this.#last.then(() => this.#send(change, back));
    this.#last = sent;
    return sent;
  }

  /** Send a test notice. @param {P.TrialRequest} request @returns {Promise<P.Trial>} */
  async test(request) {
    try {
      return await this.channel.call("notifications.test", request);
    } catch (error) {
      return { ok: false, ...asProblem(error) };
    }
  }

  get #now() {
    return `${this.store.data.epoch} ${this.store.ui.notificationsChanged}`;
  }

  /** @param {P.RulesChange} change @param {P.RulesChange} back */
  async #send(change, back) {
    try {
      const view = await this.channel.call("notifications.update", change);
      this.#unsaved--;
      this.#take(view);
      return null;
    } catch (error) {
      this.#unsaved--;
      this.#show(back);
      await this.load();
      return asProblem(error);
    }
  }

  /** @param {P.RulesChange} change */
  #show(change) {
    const { notifications } = this.store.ui;
    if (!notifications) return;
    this.store.setUi({ notifications: { ...notifications, rules: withChange(notifications.rules, change) } });
  }

  /** What was changed meanwhile, and is on its way, stays as the person left it. @param {P.NotificationsView} view */
  #take(view) {
    const rules = (this.#unsaved > 0 && this.store.ui.notifications?.rules) || view.rules;
    this.store.setUi({ notifications: { ...view, rules }, notificationsProblem: null });
  }
}

/** @param {P.NotificationRules} rules @param {P.RulesChange} change @returns {P.NotificationRules} */
export function withChange(rules, change) {
  const projects = Object.entries({ ...rules.projects, ...change.projects }).filter(([, rule]) => rule !== "all");
  return { ...rules, ...change, projects: Object.fromEntries(projects) };
}

/** What undoes a change. @param {P.NotificationRules} rules before it @param {P.RulesChange} change @returns {P.RulesChange} */
export function changeBack(rules, change) {
  const { projects = {}, ...kinds } = change;
  // SAFETY: the names of kinds only
  const names = /** @type {ToldKind[]} */ (Object.keys(kinds));
  const before = Object.keys(projects).map((id) => [id, rules.projects[id] ?? "all"]);
  return {
    ...Object.fromEntries(names.map((name) => [name, rules[name]])),
    ...(before.length && { projects: Object.fromEntries(before) }),
  };
}
