// @ts-check
/** @import * as P from "../protocol.gen" */
import { define, PilotElement } from "../element.js";
import { dollars, short } from "../format.js";
import { h } from "../html.js";
import { percent, sideBar, sideFact, sidePart, sidePartWith } from "../panels/side.js";
import { isNothing, tokensOf } from "../panels/spent.js";

/** What the session cost, and what all of them did today and this week. */
class SideCost extends PilotElement {
  render() {
    const session = this.ui.sessionId ? this.data.sessions[this.ui.sessionId] : undefined;
    const { spending } = this.ui;
    if (!this.changed(session?.usage, spending)) return;
    const own = session ? ofSession(session.usage, spending?.budget.sessionUsd) : [];
    const all = spending ? ofAll(spending) : [];
    this.hidden = !own.length && !all.length;
    this.replaceChildren(...(this.hidden ? [] : [this.#part([...own, ...all], all.length > 0)]));
  }

  /** @param {Node[]} rows @param {boolean} known */
  #part(rows, known) {
    if (!known) return sidePart("Cost", ...rows);
    const click = () => this.actions.showSheet("usage");
    const details = h(
      "button",
      { type: "button", class: "link", title: "Spending, day by day", on: { click } },
      "Details",
      h("span", { class: "sr-only" }, " of the cost"),
    );
    return sidePartWith("Cost", details, ...rows);
  }
}

/** @param {P.Usage} usage @param {number | undefined} budget */
function ofSession(usage, budget) {
  const output = usage.outputTokens + usage.reasoningTokens;
  if (!usage.inputTokens && !output && !usage.costUsd) return [];
  return [
    ...(usage.costUsd ? money("This session", usage.costUsd, budget) : []),
    sideFact("Input", short(usage.inputTokens)),
    sideFact("Output", short(output)),
    ...(usage.cacheReadTokens ? [sideFact("From cache", short(usage.cacheReadTokens))] : []),
  ];
}

/** @param {P.UsageSummary} summary */
function ofAll({ today, week, budget }) {
  if (isNothing(week)) return [];
  if (!week.costUsd)
    return [
      sideFact("Today", `${short(tokensOf(today))} tokens`),
      sideFact("This week", `${short(tokensOf(week))} tokens`),
    ];
  return [...money("Today", today.costUsd, budget.dayUsd), ...money("This week", week.costUsd, budget.weekUsd)];
}

/** @param {string} name @param {number} spent @param {number | undefined} budget */
function money(name, spent, budget) {
  if (!budget) return [sideFact(name, dollars(spent))];
  const share = spent / budget;
  return [
    sideFact(name, `${dollars(spent)} of ${dollars(budget)}`),
    sideBar(share, `${percent(share)} of the budget`, share >= 1),
  ];
}

define("side-cost", SideCost);
