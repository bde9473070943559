// @ts-check
/** Which tabs have room, and the others as a menu. @import { MenuItem } from "../types" */
import { setAttribute, setText } from "../html.js";

/** Those without room are hidden, the open one never. @param {HTMLElement} list @param {HTMLElement[]} tabs @param {HTMLElement} rest */
export function fitTabs(list, tabs, rest) {
  for (const tab of tabs) tab.hidden = false;
  rest.hidden = true;
  rest.hidden = list.scrollWidth <= list.clientWidth;
  let over = list.scrollWidth - list.clientWidth;
  const hidden = tabs.toReversed().filter((tab) => {
    if (over <= 0 || tab.getAttribute("aria-selected") === "true") return false;
    over -= tab.offsetWidth + 2;
    return true;
  });
  for (const tab of hidden) tab.hidden = true;
  setText(rest, `${hidden.length} more`);
  setAttribute(
    rest,
    "data-waiting",
    hidden.some((tab) => tab.hasAttribute("aria-description")),
  );
  if (!tabs.some((tab) => tab.tabIndex === 0) && tabs[0]) tabs[0].tabIndex = 0;
}

/** @param {HTMLElement[]} tabs @param {(projectId: string) => void} open @returns {MenuItem[]} */
export function hiddenTabs(tabs, open) {
  return tabs
    .filter((tab) => tab.hidden)
    .map((tab) => ({
      label: tab.querySelector(".name")?.textContent ?? "",
      hint: tab.getAttribute("aria-description") ?? tab.title,
      run: () => open(tab.dataset.project ?? ""),
    }));
}
