// @ts-check
/**
 * Spending by day, as bars and as a table.
 * @import * as P from "../protocol.gen"
 * @import { DayBar } from "./spent.js"
 */
import { dollars, short } from "../format.js";
import { h } from "../html.js";
import { dayName } from "./spent.js";

/** @param {DayBar[]} bars @param {boolean} money */
export function dayChart(bars, money) {
  const amounts = bars.map((bar) => (money ? bar.costUsd : bar.tokens));
  const most = Math.max(...amounts, 0);
  const told = (/** @type {number} */ amount) => (money ? dollars(amount) : `${short(amount)} tokens`);
  const columns = bars.map((bar, i) => {
    const amount = amounts[i] ?? 0;
    const height = most ? `${Math.max(amount ? 3 : 0, (amount / most) * 100)}%` : "0%";
    return h("span", { title: `${dayName(bar.day)}: ${told(amount)}` }, h("i", { style: { height } }));
  });
  const [first, last] = [bars[0], bars.at(-1)];
  const label = `Spending by day. The most on one day was ${told(most)}; the table below has each day.`;
  return h(
    "figure",
    { class: "day-chart" },
    h("span", { class: "most", "aria-hidden": "true" }, told(most)),
    h("div", { class: "columns", role: "img", "aria-label": label }, ...columns),
    h(
      "figcaption",
      { "aria-hidden": "true" },
      h("span", null, first ? dayName(first.day) : ""),
      h("span", null, last ? "Today" : ""),
    ),
  );
}

/** Each day with any, the latest first. @param {P.SpentOnDay[]} days @param {boolean} money */
export function dayTable(days, money) {
  const names = ["Day", "Input", "Output", "From cache", ...(money ? ["Cost"] : [])];
  const rows = days.toReversed().map((day) => {
    const cells = [
      short(day.inputTokens),
      short(day.outputTokens),
      short(day.cacheTokens),
      ...(money ? [dollars(day.costUsd)] : []),
    ];
    return h("tr", null, h("th", { scope: "row" }, dayName(day.day)), ...cells.map((cell) => h("td", null, cell)));
  });
  const head = h("tr", null, ...names.map((name) => h("th", { scope: "col" }, name)));
  return h(
    "details",
    { class: "day-table" },
    h("summary", null, "Each day as a table"),
    h("table", { class: "plain-table" }, h("thead", null, head), h("tbody", null, ...rows)),
  );
}
