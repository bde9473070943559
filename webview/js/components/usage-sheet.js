// @ts-check
/** @import * as P from "../protocol.gen" */
import { define } from "../element.js";
import { dollars, short } from "../format.js";
import { h } from "../html.js";
import { percent, sideBar } from "../panels/side.js";
import { dayBars, dayOf, isNothing, tokensOf } from "../panels/spent.js";
import { dayChart, dayTable } from "../panels/usage-chart.js";
import { agentName, may } from "../select.js";
import { Sheet } from "../sheet.js";

const DAYS = 30;

/** What was spent: today, this week, day by day and by agent; where the budget stands. */
class UsageSheet extends Sheet {
  sheet = /** @type {const} */ ("usage");
  heading = "Spending";

  fill() {
    this.changed(Symbol("opened"));
    this.#draw();
    void this.actions.facts.spending.refresh();
  }

  render() {
    super.render();
    if (this.ui.sheet === this.sheet && this.changed(this.ui.spending)) this.#draw();
  }

  #draw() {
    const { spending } = this.ui;
    if (!spending) return this.content?.replaceChildren(h("p", { class: "none", role: "status" }, "Counting…"));
    if (isNothing(spending.week) && !spending.days.length)
      return this.content?.replaceChildren(h("p", { class: "none" }, "Nothing was counted yet."), ...this.#budget());
    const money = spending.days.some((day) => day.costUsd > 0);
    const bars = dayBars(spending.days, DAYS, dayOf(Date.now()));
    this.content?.replaceChildren(
      this.#figures(spending, money),
      h("section", null, h("h3", null, `Last ${DAYS} days`), dayChart(bars, money), dayTable(spending.days, money)),
      agents(spending.agents, money),
      ...this.#budget(),
    );
  }

  /** @param {P.UsageSummary} spending @param {boolean} money */
  #figures({ today, week, days, budget }, money) {
    const all = days.reduce((sum, day) => sum + (money ? day.costUsd : tokensOf(day)), 0);
    return h(
      "div",
      { class: "figures" },
      figure("Today", money ? today.costUsd : tokensOf(today), money, budget.dayUsd),
      figure("This week", money ? week.costUsd : tokensOf(week), money, budget.weekUsd),
      figure(`${DAYS} days`, all, money, undefined),
    );
  }

  #budget() {
    if (!may(this.data, "admin")) return [];
    const none = !Object.values(this.ui.spending?.budget ?? {}).some(Boolean);
    const click = () => this.actions.openSetting("budget_day_usd");
    return [
      h(
        "p",
        { class: "usage-foot" },
        h("button", { type: "button", class: "button", on: { click } }, none ? "Set a budget" : "Change the budget"),
      ),
    ];
  }
}

/** @param {string} name @param {number} amount @param {boolean} money @param {number | undefined} budget */
function figure(name, amount, money, budget) {
  const told = money ? dollars(amount) : `${short(amount)} tokens`;
  const share = money && budget ? amount / budget : null;
  return h(
    "div",
    { class: "figure" },
    h("span", null, name),
    h("b", null, told),
    share !== null && budget ? h("small", null, `${percent(share)} of ${dollars(budget)}`) : null,
    share !== null ? sideBar(share, `${percent(share)} of the budget`, share >= 1) : null,
  );
}

/** @param {P.SpentByAgent[]} agents @param {boolean} money */
function agents(agents, money) {
  if (!agents.length) return h("p", null);
  const rows = agents
    .toSorted((a, b) => b.costUsd - a.costUsd || tokensOf(b) - tokensOf(a))
    .map((one) => [
      agentName(one.agent),
      short(one.inputTokens),
      short(one.outputTokens),
      money ? dollars(one.costUsd) : "",
    ]);
  const head = ["Agent", "Input", "Output", money ? "Cost" : ""].filter(Boolean);
  return h(
    "section",
    null,
    h("h3", null, "By agent"),
    h(
      "table",
      { class: "plain-table" },
      h("thead", null, h("tr", null, ...head.map((name) => h("th", { scope: "col" }, name)))),
      h(
        "tbody",
        null,
        ...rows.map((cells) =>
          h(
            "tr",
            null,
            ...cells.slice(0, head.length).map((cell, i) => h(i ? "td" : "th", i ? null : { scope: "row" }, cell)),
          ),
        ),
      ),
    ),
  );
}

define("usage-sheet", UsageSheet);
