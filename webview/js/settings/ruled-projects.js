// @ts-check
/**
 * Which projects are listed with what they may tell. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { ProjectRule } from "./notifying.js"
 * @typedef {{ id: string, name: string, directory: string }} Ruled
 */

const LISTED = 8; // projects in sight; of more, those without a rule of their own have to be searched for

/**
 * @param {Record<string, P.Project>} projects
 * @param {Record<string, ProjectRule>} rules
 * @param {string} query
 * @returns {{ shown: Ruled[], hidden: number, searchable: boolean }}
 */
export function ruledProjects(projects, rules, query) {
  const all = [...Object.values(projects).map(namedProject), ...goneProjects(projects, rules)].sort(
    (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }) || (a.directory < b.directory ? -1 : 1), // it does not move under the finger
  );
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter((one) => words.every((word) => `${one.name} ${one.directory}`.toLowerCase().includes(word)));
  let room = LISTED;
  const shown = found.filter(({ id }) => id in rules || room-- > 0);
  return { shown, hidden: found.length - shown.length, searchable: all.length > LISTED };
}

/** @param {P.Project} project @returns {Ruled} */
function namedProject({ id, name, directory }) {
  return { id, name, directory };
}

/** Rules of projects that Pilot forgot meanwhile. @param {Record<string, P.Project>} projects @param {Record<string, ProjectRule>} rules @returns {Ruled[]} */
function goneProjects(projects, rules) {
  return Object.keys(rules)
    .filter((id) => !projects[id])
    .map((id) => ({ id, name: "A project that is not here now", directory: id }));
}
