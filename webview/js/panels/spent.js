// @ts-check
/**
 * What was spent, and where a budget stands. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { BudgetAlert, Ui } from "../types"
 * @typedef {{ day: string, costUsd: number, tokens: number }} DayBar
 */
import { dollars } from "../format.js";

const DAY_MS = 86_400_000; // ms

/** Tokens in all, those that came from a cache apart. @param {P.Spent} spent */
export function tokensOf(spent) {
  return spent.inputTokens + spent.outputTokens;
}

/** @param {P.Spent} spent */
export function isNothing(spent) {
  return !spent.costUsd && !tokensOf(spent) && !spent.cacheTokens;
}

/** One bar a day up to today, days without any among them. @param {P.SpentOnDay[]} days @param {number} amount @param {string} today @returns {DayBar[]} */
export function dayBars(days, amount, today) {
  const known = new Map(days.map((day) => [day.day, day]));
  const end = Date.parse(`${today}T12:00:00Z`);
  return Array.from({ length: amount }, (_, i) => {
    const day = new Date(end - (amount - 1 - i) * DAY_MS).toISOString().slice(0, 10);
    const spent = known.get(day);
    return { day, costUsd: spent?.costUsd ?? 0, tokens: spent ? tokensOf(spent) : 0 };
  });
}

/** "25 Nov" of "2026-11-25". @param {string} day */
export function dayName(day) {
  const at = new Date(`${day}T12:00:00Z`);
  return at.toLocaleDateString(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
}

/** A moment's day as the hub writes it, told in this page's zone. @param {number} at */
export function dayOf(at) {
  const date = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return date.toISOString().slice(0, 10);
}

/**
 * The budget that was reached and that nobody has waved away yet.
 * @param {Ui} ui
 * @param {P.Session | undefined} session in view
 * @param {number} now
 * @returns {BudgetAlert | null}
 */
export function shownAlert(ui, session, now) {
  const { budget, today, week } = ui.spending ?? {};
  const told = ui.budgetReached;
  /** @type {(BudgetAlert | null | undefined | false)[]} */
  const found = [
    told && alertKey(told, told.at ?? now) === alertKey(told, now) && told,
    today && reached("day", today.costUsd, budget?.dayUsd),
    week && reached("week", week.costUsd, budget?.weekUsd),
    session && reached("session", session.usage.costUsd, budget?.sessionUsd, session.id),
  ];
  return found.find((alert) => alert && !ui.budgetsSeen.includes(alertKey(alert, now))) || null;
}

/** The same for one budget, its day or week, or its session. @param {BudgetAlert} alert @param {number} at when it was reached */
export function alertKey({ period, limitUsd, sessionId = "" }, at) {
  return [period, limitUsd, { session: sessionId, day: dayOf(at), week: mondayOf(at) }[period]].join(" ");
}

/** Weeks begin on Monday, as the hub counts them. @param {number} at */
function mondayOf(at) {
  const sinceMonday = (new Date(at).getDay() + 6) % 7;
  return dayOf(at - sinceMonday * DAY_MS);
}

/** @param {BudgetAlert} alert @param {string} title of its session */
export function alertText({ period, spentUsd, limitUsd }, title) {
  const what = { session: `“${title}” has cost`, day: "Today came to", week: "This week came to" }[period];
  const limit = { session: "for a session", day: "for a day", week: "for a week" }[period];
  return `${what} ${dollars(spentUsd)}. The budget ${limit} is ${dollars(limitUsd)}.`;
}

/**
 * @param {BudgetAlert["period"]} period
 * @param {number} spentUsd
 * @param {number | undefined} limitUsd
 * @param {string} [sessionId]
 * @returns {BudgetAlert | null}
 */
function reached(period, spentUsd, limitUsd, sessionId) {
  return limitUsd && spentUsd >= limitUsd ? { period, spentUsd, limitUsd, sessionId } : null;
}
