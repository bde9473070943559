// @ts-check
/**
 * Which commands fit what is typed, in which order. Pure.
 * @import { Command, CommandGroup } from "./commands.js"
 * @typedef {{ command: Command, at: number[] }} Found
 * @typedef {{ name: string, found: Found[] }} FoundGroup
 */
import { fuzzy } from "./fuzzy.js";

const RECENT_SHOWN = 5;
const GROUP_FIRST = 8; // of a group, while nothing is typed
const BESIDE = 10; // what is said beside a title counts less
const GROUP_MOST = 50; // of a group

/** @type {readonly CommandGroup[]} */
const GROUP_ORDER = ["Sessions", "Actions", "Start", "Projects"];

/** Groups that are too long to be looked through without a word. @type {readonly CommandGroup[]} */
const ONLY_WHEN_ASKED = ["Models", "Modes", "Providers", "Settings"];

/**
 * While nothing is typed: what was used lately, then some of each group.
 * @param {Command[]} commands
 * @param {string[]} recent ids, latest first
 * @returns {FoundGroup[]}
 */
export function offered(commands, recent) {
  const known = new Map(commands.map((command) => [command.id, command]));
  const lately = recent.map((id) => known.get(id)).filter((one) => one !== undefined);
  const used = lately.slice(0, RECENT_SHOWN);
  const rest = commands.filter((command) => !ONLY_WHEN_ASKED.includes(command.group) && !used.includes(command));
  const groups = groupsOf(rest.map((command) => ({ command, at: [] }))).map(({ name, found }) => ({
    name,
    found: found.slice(0, GROUP_FIRST),
  }));
  groups.sort((a, b) => placeOf(a.name) - placeOf(b.name));
  return [{ name: "Used lately", found: used.map((command) => ({ command, at: [] })) }, ...groups].filter(isFilled);
}

/** All of a page, in its own order. @param {Command[]} commands @returns {FoundGroup[]} */
export function listed(commands) {
  return groupsOf(commands.map((command) => ({ command, at: [] })));
}

/** The best fit first; a group stands where its best one does. @param {Command[]} commands @param {string} query @returns {FoundGroup[]} */
export function matching(commands, query) {
  const scored = commands.flatMap((command) => scoreFor(command, query) ?? []);
  scored.sort((a, b) => b.score - a.score);
  return groupsOf(scored).map(({ name, found }) => ({ name, found: found.slice(0, GROUP_MOST) }));
}

/**
 * The title by its letters; words that it has not may stand, whole or in part, in what is said beside it.
 * @param {Command} command
 * @param {string} query
 */
function scoreFor(command, query) {
  const title = fuzzy(query, command.title);
  if (title) return { command, at: title.at, score: title.score };
  const told = `${command.group} ${command.hint ?? ""}`.toLowerCase();
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => !told.includes(word));
  const rest = fuzzy(words.join(" "), command.title);
  return rest && { command, at: rest.at, score: rest.score - BESIDE };
}

/** @param {Found[]} found @returns {FoundGroup[]} */
function groupsOf(found) {
  /** @type {Map<string, Found[]>} */
  const groups = new Map();
  for (const one of found) groups.set(one.command.group, [...(groups.get(one.command.group) ?? []), one]);
  return [...groups].map(([name, members]) => ({ name, found: members }));
}

/** @param {string} name */
function placeOf(name) {
  const names = GROUP_ORDER.map(String);
  return names.includes(name) ? names.indexOf(name) : names.length;
}

/** @param {FoundGroup} group */
function isFilled(group) {
  return group.found.length > 0;
}
