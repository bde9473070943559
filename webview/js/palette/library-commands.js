// @ts-check
/**
 * What the palette offers for the session in view, the tabs and the columns. Pure.
 *
 * @import { State, Ui } from "../types"
 * @import { Actions } from "../actions.js"
 * @import { Command } from "./commands.js"
 */
import { may } from "../select.js";

/** @param {State} data @param {Ui} ui @returns {Command[]} */
export function libraryCommands(data, ui) {
  return [...keepingCommands(data, ui), ...columnCommands(ui), ...tabCommands(data, ui)];
}

/** @param {State} data @param {Ui} ui @returns {Command[]} */
function keepingCommands(data, ui) {
  const id = ui.sessionId;
  if (!id || !data.sessions[id] || !may(data, "operate")) return [];
  const archived = data.marks[id]?.archived ?? false;
  return [
    line("rename", "Rename this session…", (actions) => actions.library.editName(id)),
    line("labels", "Labels of this session…", (actions) => actions.library.editLabels(id)),
    archived
      ? line("unarchive", "Take this session out of the archive", (actions) => void actions.library.archive(id, false))
      : line("archive", "Archive this session", (actions) => void actions.library.archive(id, true)),
    line("delete", "Delete this session", (actions) => void actions.library.remove(id)),
  ];
}

/** @param {Ui} ui @returns {Command[]} */
function columnCommands({ folded }) {
  return [
    line("fold-list", folded.rail ? "Show the list" : "Fold the list", (actions) => actions.frame.fold("rail")),
    line("fold-side", folded.side ? "Show the details" : "Fold the details", (actions) => actions.frame.fold("side")),
    line("undo", "Undo the last thing kept or closed", (actions) => void actions.undoing.undo()),
  ];
}

/** @param {State} data @param {Ui} ui @returns {Command[]} */
function tabCommands(data, ui) {
  const project = data.projects[ui.projectId ?? ""];
  const close = project && line("tab-close", `Close ${project.name}`, (actions) => actions.frame.closeTab(project.id));
  const open = may(data, "operate") && line("folder", "Open a folder…", (actions) => actions.showSheet("folder"));
  return [...(open ? [open] : []), ...(close ? [close] : [])];
}

/** @param {string} id @param {string} title @param {(actions: Actions) => void} run @returns {Command} */
function line(id, title, run) {
  return { id: `action:${id}`, title, group: "Actions", run };
}
