// @ts-check
/**
 * @import { Actions } from "../actions.js"
 */

/** F6 moves between sessions that stand side by side, from anywhere. @param {Document} document @param {Actions} actions */
export function listenForColumns(document, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6" || !actions.frame.hasColumns || event.defaultPrevented) return;
    event.preventDefault();
    actions.frame.stepColumn(event.shiftKey ? -1 : 1);
  });
}
