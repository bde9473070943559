// @ts-check
/**
 * All that the palette offers: what can be opened and done now. Pure; each part adds its own lines.
 *
 * @import { State, Ui } from "../types"
 * @import { Actions } from "../actions.js"
 * @typedef {"Sessions" | "Actions" | "Start" | "Models" | "Modes" | "Providers" | "Projects" | "Settings"} CommandGroup
 *
 * @typedef {object} Command
 * @property {string} id the same from one look to the next: what was used lately is remembered by it
 * @property {string} title
 * @property {CommandGroup} group
 * @property {string} [hint] said small beside it, and searched too
 * @property {string[]} [keys] see shortcuts.js
 * @property {boolean} [current] what is so already
 * @property {Page} [page] opens a list of its own instead of running
 * @property {(actions: Actions) => void} run
 * @property {(actions: Actions) => void} [beside] the same beside what is in view
 *
 * @typedef {object} Page a list behind a command
 * @property {string} title
 * @property {(actions: Actions) => Promise<Command[]>} load
 */

import {
  agentName,
  asksByRoot,
  isStoppable,
  lightOf,
  may,
  mayCall,
  pendingAsks,
  projectsInOrder,
  rootSessions,
  titleOf,
} from "../select.js";
import { THEMES } from "../settings/theme.js";
import { startsOf } from "../writing/starts.js";
import { libraryCommands } from "./library-commands.js";
import { keysFor } from "./shortcuts.js";
import { trustCommands } from "./trust-commands.js";

/** @param {State} data @param {Ui} ui @returns {Command[]} */
export function commandsOf(data, ui) {
  return [
    ...sessionCommands(data),
    ...actionCommands(data, ui),
    ...libraryCommands(data, ui),
    ...startCommands(data),
    ...projectCommands(data),
    ...trustCommands(data, ui),
    ...(mayCall(data, "settings.get")
      ? [
          /** @type {Command} */ ({
            id: "settings",
            title: "Settings",
            group: "Settings",
            run: (actions) => actions.openSettings(),
          }),
          /** @type {Command} */ ({
            id: "notifications",
            title: "Notifications",
            group: "Settings",
            hint: "push, Telegram, sound",
            run: (actions) => actions.openNotifications(),
          }),
        ]
      : []),
  ];
}

/** Those that need a person first, then the latest. @param {State} data @returns {Command[]} */
function sessionCommands(data) {
  const waiting = asksByRoot(data);
  const roots = rootSessions(data).filter((session) => !data.marks[session.id]?.archived);
  return roots
    .toSorted((a, b) => Number(waiting.has(b.id)) - Number(waiting.has(a.id)))
    .map((session) => ({
      id: `session:${session.id}`,
      title: titleOf(session, data.marks[session.id]),
      group: "Sessions",
      hint: [
        agentName(session.agent),
        data.projects[session.projectId]?.name,
        LIGHT_WORDS[lightOf(session, waiting.has(session.id))],
      ]
        .filter(Boolean)
        .join(" · "),
      run: (actions) => actions.openSession(session.id),
      beside: (actions) => actions.frame.openBeside(session.id),
    }));
}

/** @type {Record<import("../select.js").Light, string>} */
const LIGHT_WORDS = { waiting: "needs you", working: "working", error: "error", done: "", idle: "", ended: "" };

/** @param {State} data @param {Ui} ui @returns {Command[]} */
function actionCommands(data, ui) {
  const session = ui.sessionId ? data.sessions[ui.sessionId] : undefined;
  /** @type {(Command | false | undefined)[]} */
  const found = [
    pendingAsks(data).length > 0 && action("asks", "Show all that waits", (actions) => actions.openAsks()),
    may(data, "operate") &&
      startsOf(data).length > 0 &&
      action("new", "New session…", (actions) => actions.showSheet("new")),
    session &&
      isStoppable(data, session) &&
      action("stop", "Stop the turn", (actions) => void actions.stop(session.id)),
    session &&
      session.files.length > 0 &&
      action("diff", "Show the files changed", (actions) => actions.showSheet("diff")),
    ...factCommands(data, ui),
    session && action("about", "About this session", (actions) => actions.showSheet("about")),
    action("list", "Show all sessions", (actions) => actions.openList()),
    action("shortcuts", "Keyboard shortcuts", (actions) => actions.showSheet("shortcuts")),
  ];
  return found.filter((one) => one !== false && one !== undefined);
}

/** @param {State} data @param {Ui} ui @returns {(Command | false | undefined)[]} */
function factCommands(data, ui) {
  const session = ui.sessionId ? data.sessions[ui.sessionId] : undefined;
  const projectId = session?.projectId ?? ui.projectId;
  const pinned = Boolean(session && data.marks[session.id]?.todosPinned);
  return [
    session &&
      mayCall(data, "sessions.export") &&
      action("share", "Save or share the transcript…", (actions) => actions.showSheet("share")),
    session &&
      session.todos.length > 0 &&
      may(data, "operate") &&
      action(
        "pin",
        pinned ? "Unpin the to-dos" : "Pin the to-dos above the transcript",
        (actions) => void actions.facts.pinTodos(session.id, !pinned),
      ),
    projectId !== null &&
      mayCall(data, "files.tree") &&
      action("files", "Look through the project’s files", (actions) => actions.files.open(projectId)),
    mayCall(data, "usage.summary") && action("usage", "Show what was spent", (actions) => actions.showSheet("usage")),
  ];
}

/** @param {string} id @param {string} title @param {Command["run"]} run @returns {Command} */
function action(id, title, run) {
  const keys = keysFor(id);
  return { id: `action:${id}`, title, group: "Actions", ...(keys && { keys }), run };
}

/** @param {State} data @returns {Command[]} */
function startCommands(data) {
  if (!may(data, "operate")) return [];
  return startsOf(data).map(({ agent }) => ({
    id: `start:${agent}`,
    title: `Start a session with ${agentName(agent)}…`,
    group: "Start",
    run: (actions) => actions.openStart(agent),
  }));
}

/** What the page wears; not inside an editor, which dresses it. @returns {Command[]} */
export function themeCommands() {
  return THEMES.map(({ id, label }) => ({
    id: `theme:${id}`,
    title: `Colours: ${label.toLowerCase()}`,
    group: /** @type {const} */ ("Settings"),
    run: (/** @type {Actions} */ actions) => actions.reach.setTheme(id),
  }));
}

/** @param {State} data @returns {Command[]} */
function projectCommands(data) {
  return projectsInOrder(data).map((project) => ({
    id: `project:${project.id}`,
    title: project.name,
    group: "Projects",
    hint: project.directory,
    run: (actions) => actions.openProject(project.id),
  }));
}
