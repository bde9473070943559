// @ts-check
/**
 * The list of sessions as it is shown. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { State, Ui } from "../types"
 * @import { Light } from "../select.js"
 * @typedef {{ session: P.Session, ask: P.Ask | undefined, light: Light, child: boolean }} RailRow
 * @typedef {{ id: string, name: string, title: string, kind: "needs" | "project" | "archive", amount: number, rows: RailRow[] }} RailSection
 */

import { asksByRoot, descendants, lightOf, pendingAsks, rootOf, rootSessions } from "../select.js";
import { isFiltering, passes } from "./filtering.js";
import { inOrder } from "./tabs.js";

/** @param {State} data @param {Ui} ui @returns {RailSection[]} */
export function railSections(data, ui) {
  const waiting = asksByRoot(data);
  const shown = rootSessions(data).filter((session) =>
    passes(data, ui.filter, session, lightOf(session, waiting.has(session.id))),
  );
  const needing = [...waiting.keys()].flatMap((id) => shown.filter((session) => session.id === id));
  const others = shown.filter((session) => !waiting.has(session.id));
  const archived = others.filter((session) => data.marks[session.id]?.archived);
  const rows = rowsFor(data, ui, waiting);
  /** @type {RailSection[]} */
  const sections = [
    { id: "needs-you", name: "Needs you", title: "", kind: "needs", amount: needing.length, rows: rows(needing) },
    ...projectSections(data, ui, others, rows),
    { id: "archive", name: "Archived", title: "", kind: "archive", amount: archived.length, rows: rows(archived) },
  ];
  return sections.filter((section) => section.rows.length > 0);
}

/** As much of the list as is drawn: so many rows from the top. @param {RailSection[]} sections @param {number} most @returns {RailSection[]} */
export function firstRows(sections, most) {
  let left = most;
  return sections.flatMap((section) => {
    const rows = section.rows.slice(0, Math.max(0, left));
    left -= rows.length;
    return rows.length || section.kind === "archive" ? [{ ...section, rows }] : [];
  });
}

/**
 * @param {State} data
 * @param {Ui} ui
 * @param {P.Session[]} sessions
 * @param {(sessions: P.Session[]) => RailRow[]} rows
 * @returns {RailSection[]}
 */
function projectSections(data, ui, sessions, rows) {
  /** @type {Map<string, P.Session[]>} */ const groups = new Map();
  for (const session of sessions) {
    if (data.marks[session.id]?.archived) continue;
    const group = groups.get(session.projectId);
    if (group) group.push(session);
    else groups.set(session.projectId, [session]);
  }
  return inOrder(Object.values(data.projects), ui.tabs.order).map((project) => {
    const own = groups.get(project.id) ?? [];
    return {
      id: project.id,
      name: project.name,
      title: project.directory,
      kind: /** @type {const} */ ("project"),
      amount: own.length,
      rows: rows(own),
    };
  });
}

/** Sub-agents stand under the session that is open. @param {State} data @param {Ui} ui @param {Map<string, P.Ask>} waiting */
function rowsFor(data, ui, waiting) {
  const open = ui.sessionId && !isFiltering(ui.filter) ? rootOf(data, ui.sessionId) : null;
  const asked = new Map(pendingAsks(data).map((ask) => [ask.sessionId, ask]));
  const row = (/** @type {P.Session} */ session, /** @type {boolean} */ child) => {
    const ask = asked.get(session.id) ?? (child ? undefined : waiting.get(session.id));
    return { session, ask, light: lightOf(session, ask !== undefined), child };
  };
  return (/** @type {P.Session[]} */ sessions) =>
    sessions.flatMap((session) => [
      row(session, false),
      ...(session.id === open ? descendants(data, session.id).map((child) => row(child, true)) : []),
    ]);
}
