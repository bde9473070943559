// @ts-check
/**
 * Which projects have a tab, and in which order. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { State, Tabs, Ui } from "../types"
 */
const STALE = 14 * 24 * 3_600_000; // ms: a project that slept longer opens when something happens there

/** @param {State} data @param {Ui} ui @param {number} now @returns {P.Project[]} */
export function openTabs(data, ui, now) {
  const news = newsByProject(data);
  const open = Object.values(data.projects).filter(
    (project) => project.id === ui.projectId || isOpen(project.id, ui.tabs, news.get(project.id), now),
  );
  return inOrder(open, ui.tabs.order);
}

/** Projects without a tab. @param {State} data @param {Ui} ui @param {number} now */
export function closedTabs(data, ui, now) {
  const open = new Set(openTabs(data, ui, now).map((project) => project.id));
  return inOrder(
    Object.values(data.projects).filter((project) => !open.has(project.id)),
    [],
  );
}

/** Somebody chose the project: its tab is there, and stays. @param {State} data @param {Ui} ui @param {string} id @returns {Tabs} */
export function chosenTab(data, ui, id) {
  const { order, closed } = ui.tabs;
  if (order.includes(id) && closed[id] === undefined) return ui.tabs;
  const { [id]: _gone, ...others } = closed;
  const shown = openTabs(data, ui, Date.now()).map((project) => project.id);
  return { order: order.includes(id) ? order : [...new Set([...order, ...shown, id])], closed: others };
}

/** @param {P.Project[]} projects @param {string[]} order those that it does not name come last, by name */
export function inOrder(projects, order) {
  const place = (/** @type {P.Project} */ { id }) => (order.includes(id) ? order.indexOf(id) : order.length);
  return projects.toSorted(
    (a, b) => place(a) - place(b) || a.name.localeCompare(b.name) || a.directory.localeCompare(b.directory),
  );
}

/** @param {string[]} ids as shown @param {string} id @param {string} beside whose place it takes */
export function movedTo(ids, id, beside) {
  const at = ids.indexOf(beside);
  if (at < 0 || !ids.includes(id)) return ids;
  return ids.filter((one) => one !== id).toSpliced(at, 0, id);
}

/**
 * @typedef {{ begun: number, told: number, live: boolean }} News latest beginning of a session or ask, latest change
 * @param {State} data
 * @returns {Map<string, News>}
 */
function newsByProject(data) {
  /** @type {Map<string, News>} */ const found = new Map();
  for (const session of Object.values(data.sessions)) {
    if (data.marks[session.id]?.archived) continue;
    const known = found.get(session.projectId) ?? { begun: 0, told: 0, live: false };
    found.set(session.projectId, {
      begun: Math.max(known.begun, session.createdAt),
      told: Math.max(known.told, session.updatedAt),
      live: known.live || session.live,
    });
  }
  for (const ask of Object.values(data.asks)) {
    if (ask.state !== "pending") continue;
    const known = found.get(ask.projectId) ?? { begun: 0, told: 0, live: false };
    found.set(ask.projectId, { ...known, begun: Math.max(known.begun, ask.createdAt), live: true });
  }
  return found;
}

/** @param {string} id @param {Tabs} tabs @param {News | undefined} news @param {number} now */
function isOpen(id, tabs, news, now) {
  const closed = tabs.closed[id];
  if (closed !== undefined) return news !== undefined && news.begun > closed;
  if (tabs.order.includes(id)) return true;
  return news !== undefined && (news.live || news.told > now - STALE);
}
