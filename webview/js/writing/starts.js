// @ts-check
/**
 * Where a new session can be started, and with which agent. Pure.
 * @import { State } from "../types"
 * @typedef {{ agent: string, anywhere: boolean, folders: string[] }} Start
 */
import { isWholePath } from "../format.js";
import { agentName } from "../select.js";

/**
 * Agents that Pilot starts itself, in any folder; others only beside one that runs now.
 * @param {State} state
 * @returns {Start[]}
 */
export function startsOf(state) {
  const known = knownFolders(state);
  const live = liveFolders(state);
  const able = Object.values(state.agents).filter((status) => status.starts && status.state !== "not_installed");
  const anywhere = new Set(able.map((status) => status.agent));
  return [...new Set([...anywhere, ...live.keys()])]
    .sort((a, b) => agentName(a).localeCompare(agentName(b)))
    .map((agent) => {
      const running = live.get(agent) ?? [];
      const folders = anywhere.has(agent) ? [...new Set([...known, ...running])] : running;
      return { agent, anywhere: anywhere.has(agent), folders: folders.toSorted((a, b) => a.localeCompare(b)) };
    });
}

/** Folders of projects, recordings aside. @param {State} state */
function knownFolders(state) {
  const sessions = Object.values(state.sessions);
  const played = new Set(sessions.filter((session) => session.demo).map((session) => session.projectId));
  for (const session of sessions) if (!session.demo) played.delete(session.projectId);
  return Object.values(state.projects)
    .filter((project) => !played.has(project.id) && isWholePath(project.directory))
    .map((project) => project.directory);
}

/** @param {State} state @returns {Map<string, string[]>} */
function liveFolders(state) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const { agent, directory, live, demo } of Object.values(state.sessions)) {
    const folders = found.get(agent) ?? [];
    if (live && !demo && !folders.includes(directory)) found.set(agent, [...folders, directory]);
  }
  return found;
}
