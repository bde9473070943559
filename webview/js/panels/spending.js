// @ts-check
/**
 * @import { Store } from "../store.js"
 * @import { Channel } from "../host/channel.js"
 * @import { BudgetAlert } from "../types"
 * @import { Lasting } from "../saved.js"
 */
import { CallError } from "../host/channel.js";
import { rememberFirst, savedList } from "../saved.js";
import { mayCall } from "../select.js";
import { alertKey } from "./spent.js";

export const FIRST_AFTER = 400; // ms: the first picture goes first
export const EVERY = 12_000; // ms: a turn tells often what it costs
const BUDGETS_KEY = "budgets-seen"; // where it is kept
const BUDGETS_MOST = 50;

/** Keeps what was spent up to date, with few requests. */
export class Spending {
  #asked = -1; // which news the last request was about
  #due = false;
  /** @type {string | null} where nobody tells */ #refused = null;

  /** @param {{ store: Store, channel: Channel, later: (callback: () => void, ms: number) => unknown, lasting?: Lasting }} tools */
  constructor(tools) {
    this.tools = tools;
    this.store = tools.store;
    this.store.setUi({ budgetsSeen: savedList(tools.lasting, BUDGETS_KEY) });
    this.store.subscribe(() => this.#look());
  }

  /** Ask now, because somebody looks. */
  async refresh() {
    this.#asked = this.store.ui.spentAt;
    try {
      this.store.setUi({ spending: await this.tools.channel.call("usage.summary", { days: 30 }) });
    } catch (error) {
      if (error instanceof CallError && error.status >= 400) this.#refused = this.store.data.epoch;
    }
  }

  /** Not again for this day, week or session, after a reload neither. @param {BudgetAlert} alert */
  dismiss(alert) {
    const key = alertKey(alert, Date.now());
    rememberFirst(this.tools.lasting, BUDGETS_KEY, key, BUDGETS_MOST);
    this.store.setUi({ budgetsSeen: [...this.store.ui.budgetsSeen, key] });
  }

  #look() {
    const { phase, spentAt } = this.store.ui;
    if (!mayCall(this.store.data, "usage.summary")) return;
    if (this.#due || phase !== "ready" || spentAt === this.#asked || this.#refused === this.store.data.epoch) return;
    this.#due = true;
    this.tools.later(
      () => {
        this.#due = false;
        void this.refresh();
      },
      this.#asked < 0 ? FIRST_AFTER : EVERY,
    );
  }
}
