// @ts-check
/**
 * Which sessions a filter lets through. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { Filter, State } from "../types"
 * @import { Light } from "../select.js"
 */
import { agentName, titleOf } from "../select.js";

/** @type {Filter} */
export const NO_FILTER = { text: "", lights: [], agents: [] };

/** What a session can be, in the words of the list. @type {readonly [Light, string][]} */
export const LIGHT_NAMES = [
  ["waiting", "Needs you"],
  ["working", "Working"],
  ["done", "Done"],
  ["error", "Failed"],
  ["idle", "Idle"],
  ["ended", "Ended"],
];

/** @param {Filter} filter */
export function isFiltering(filter) {
  return Boolean(filter.text.trim() || filter.lights.length || filter.agents.length);
}

/** @param {State} data @param {Filter} filter @param {P.Session} session @param {Light} light */
export function passes(data, filter, session, light) {
  if (filter.lights.length && !filter.lights.includes(light)) return false;
  if (filter.agents.length && !filter.agents.includes(session.agent)) return false;
  return hasWords(data, session, filter.text);
}

/** All the words, anywhere in what the list says about a session. @param {State} data @param {P.Session} session @param {string} text */
function hasWords(data, session, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const mark = data.marks[session.id];
  const project = data.projects[session.projectId];
  const told = [
    titleOf(session, mark),
    session.title,
    ...(mark?.labels ?? []),
    agentName(session.agent),
    project?.name,
  ];
  const all = told.join("\n").toLowerCase();
  return words.every((word) => all.includes(word));
}

/** @template T @param {readonly T[]} list @param {T} value */
export function toggled(list, value) {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}
