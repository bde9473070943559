// @ts-check
/**
 * What can be done with a session in the list, and with a project's tab.
 *
 * @import * as P from "../protocol.gen"
 * @import { MenuItem } from "../types"
 * @import { Store } from "../store.js"
 * @import { Actions } from "../actions.js"
 */

import { formatPlace } from "../router.js";
import { agentName, isFollower, isStoppable, mayCall, rootSessions } from "../select.js";
import { LIGHT_NAMES, toggled } from "./filtering.js";
import { closedTabs, openTabs } from "./tabs.js";
import { WIDE_ENOUGH } from "./wide.js";

/** @param {Store} store @param {Actions} actions @param {string} id @returns {MenuItem[]} */
export function sessionMenu(store, actions, id) {
  const session = store.data.sessions[id];
  if (!session) return [];
  const beside = matchMedia(WIDE_ENOUGH).matches && store.ui.sessionId !== null && store.ui.sessionId !== id;
  return [
    { label: "Open", run: () => actions.openSession(id) },
    ...(beside ? [{ label: "Open beside", run: () => actions.frame.openBeside(id) }] : []),
    ...(store.ui.sessionId === id && mayCall(store.data, "sessions.export")
      ? [{ label: "Save or share…", run: () => actions.showSheet("share") }]
      : []),
    ...(mayCall(store.data, "pairing.create")
      ? [{ label: "Let somebody follow…", run: () => actions.trust.openFollow(id) }]
      : []),
    ...(actions.editor || isFollower(store.data)
      ? []
      : [{ label: "Copy link", run: () => void actions.sharing.copy(linkTo(id)) }]),
    ...(mayCall(store.data, "sessions.mark") ? keepingItems(store, actions, session) : []),
  ];
}

/** @param {Store} store @param {Actions} actions @param {P.Session} session @returns {MenuItem[]} */
function keepingItems(store, actions, session) {
  const { id } = session;
  const archived = store.data.marks[id]?.archived ?? false;
  const stop = { label: "Stop the turn", apart: true, run: () => void actions.stop(id) };
  return [
    ...(isStoppable(store.data, session) ? [stop] : []),
    { label: "Rename…", apart: true, run: () => actions.library.editName(id) },
    { label: "Labels…", run: () => actions.library.editLabels(id) },
    { label: archived ? "Take out of the archive" : "Archive", run: () => void actions.library.archive(id, !archived) },
    { label: "Delete", apart: true, grave: true, run: () => void actions.library.remove(id) },
  ];
}

/** @param {Store} store @param {Actions} actions @param {string} id of a project @returns {MenuItem[]} */
export function tabMenu(store, actions, id) {
  const project = store.data.projects[id];
  const ids = openTabs(store.data, store.ui, Date.now()).map((one) => one.id);
  const at = ids.indexOf(id);
  const start = { label: "New session here…", run: () => actions.openStart(undefined, project?.directory) };
  return [
    ...(canStart(store) ? [start] : []),
    ...(mayCall(store.data, "files.tree") ? [{ label: "Files", run: () => actions.files.open(id) }] : []),
    {
      label: "Move left",
      hint: "Alt+Shift+←",
      disabled: at < 1,
      apart: canStart(store),
      run: () => actions.frame.shiftTab(id, -1),
    },
    {
      label: "Move right",
      hint: "Alt+Shift+→",
      disabled: at === ids.length - 1,
      run: () => actions.frame.shiftTab(id, 1),
    },
    { label: "Close", hint: "Del", apart: true, run: () => actions.frame.closeTab(id) },
  ];
}

/** @param {Store} store @param {Actions} actions @returns {MenuItem[]} */
export function plusMenu(store, actions) {
  const closed = closedTabs(store.data, store.ui, Date.now());
  const again = closed.map((project, index) => ({
    label: project.name,
    hint: project.directory,
    apart: index === 0,
    run: () => actions.frame.openTab(project.id),
  }));
  const open = { label: "Open a folder…", run: () => actions.showSheet("folder") };
  const directory = store.data.projects[store.ui.projectId ?? ""]?.directory;
  const start = { label: "New session…", run: () => actions.openStart(undefined, directory) };
  return [...(canStart(store) ? [start] : []), ...(mayCall(store.data, "projects.open") ? [open] : []), ...again];
}

/** @param {Store} store @param {Actions} actions @returns {MenuItem[]} */
export function filterMenu(store, actions) {
  const agents = [...new Set(rootSessions(store.data).map((session) => session.agent))].sort();
  return [
    ...LIGHT_NAMES.map(([light, label]) => ({
      label,
      get checked() {
        return store.ui.filter.lights.includes(light);
      },
      run: () => actions.frame.filterBy({ lights: toggled(store.ui.filter.lights, light) }),
    })),
    ...agents.map((agent, index) => ({
      label: agentName(agent),
      apart: index === 0,
      get checked() {
        return store.ui.filter.agents.includes(agent);
      },
      run: () => actions.frame.filterBy({ agents: toggled(store.ui.filter.agents, agent) }),
    })),
  ];
}

/** The phone's last page. @param {Store} store @param {Actions} actions @returns {MenuItem[]} */
export function moreMenu(store, actions) {
  const devices = mayCall(store.data, "devices.list");
  return [
    ...(canStart(store) ? [{ label: "New session…", run: () => actions.showSheet("new") }] : []),
    { label: "Find anything…", run: () => actions.openPalette() },
    ...(mayCall(store.data, "usage.summary")
      ? [{ label: "Tokens and cost", run: () => actions.showSheet("usage") }]
      : []),
    ...(mayCall(store.data, "projects.open")
      ? [{ label: "Open a folder…", run: () => actions.showSheet("folder") }]
      : []),
    ...(devices ? [{ label: "Pair a device…", apart: true, run: () => actions.trust.openPair() }] : []),
    ...(devices ? [{ label: "Devices", run: () => actions.trust.openDevices() }] : []),
    ...(actions.editor ? [] : [{ label: "Settings", apart: !devices, run: () => actions.openSettings() }]),
  ];
}

/** @param {Store} store */
export function canStart(store) {
  const able = Object.values(store.data.agents).some((agent) => agent.connections > 0 || agent.starts);
  return mayCall(store.data, "sessions.create") && able;
}

/** @param {string} id */
function linkTo(id) {
  return `${location.origin}/${formatPlace({ name: "session", id })}`;
}
