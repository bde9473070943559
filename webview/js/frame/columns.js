// @ts-check
/**
 * Several sessions side by side, each with its own head, transcript, asks and composer.
 *
 * @import { Context } from "../element.js"
 */
import { provide } from "../element.js";
import { h, keyed, setAttribute } from "../html.js";

const COLUMN_LEAST = 480; // px
const RAIL = 284;
const COLUMN_PARTS = [
  "session-head",
  "session-transcript",
  "approval-offer",
  "ask-dock",
  "waiting-prompts",
  "prompt-composer",
];

/** As many as fit, the one in hand among them. @param {string[]} ids @param {string | null} current @param {number} width */
export function fitting(ids, current, width) {
  const most = Math.max(1, Math.floor((width - RAIL) / COLUMN_LEAST));
  if (ids.length <= most) return ids;
  const others = ids.filter((id) => id !== current).slice(0, current && ids.includes(current) ? most - 1 : most);
  return ids.filter((id) => id === current || others.includes(id));
}

/** @param {Element} parent @param {string[]} ids @param {Context} context */
export function drawColumns(parent, ids, { store, actions }) {
  keyed(
    parent,
    ids,
    (id) => id,
    (id) => {
      const column = h("section", { class: "column", "data-column": id, "aria-label": "Session" });
      provide(column, { store, actions, sessionId: id });
      column.append(...COLUMN_PARTS.map((name) => document.createElement(name)));
      for (const name of ["pointerdown", "focusin"])
        column.addEventListener(name, () => actions.frame.focusColumn(id), { capture: true });
      return column;
    },
    (column, id) => setAttribute(column, "data-current", id === store.ui.sessionId),
  );
}
