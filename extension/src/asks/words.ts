/** What an ask is about, who asks and how it ended, in words for labels and messages. */
import * as vscode from "vscode";
import { actor, changes, within } from "../../../webview/js/format.js";
import { agentName, rootOfAsk, titleOf } from "../../../webview/js/select.js";
import type { State } from "../../../webview/js/types";
import type { Ask } from "../protocol.gen";
import { brief, plain } from "./plain";

const NAME = 60; // characters of a session's title
const SUBJECT = 200;
const WHOLE = 190; // leaves room for the title in a notification

/** "Run a command": in the hub's words. */
export function titleOfAsk(ask: Ask): string {
  return brief(ask.title || ask.tool, NAME);
}

/** The command, the files or the question, and why, in one line. */
export function subjectOf(ask: Ask): string {
  return brief(subject(ask), SUBJECT) || titleOfAsk(ask);
}

/** Whether one line has room for all of it, also with what is not seen made visible. */
export function fitsInALine(ask: Ask): boolean {
  return [...plain(subject(ask))].length <= WHOLE;
}

/** "Run a command: npm test". */
export function gistOf(ask: Ask, length = SUBJECT): string {
  const [title, about] = [titleOfAsk(ask), brief(subject(ask), length)];
  return about && about !== title ? brief(`${title}: ${about}`, length) : title;
}

/** "OpenCode · web"; a sub-agent's ask names the session it works for. */
export function whoAsks(state: State, ask: Ask): string {
  return [plain(agentName(ask.agent)), onBehalf(state, ask), projectOf(state, ask)].filter(Boolean).join(" · ");
}

/** The folder's name as people know it. */
export function projectOf(state: State, ask: Ask): string {
  return brief(state.projects[ask.projectId]?.name ?? ask.directory.split(/[\\/]/).at(-1) ?? "", NAME);
}

/** The agent's own name, as `$(icon)`. */
export function iconOf(ask: Ask): string {
  if (ask.kind === "question") return "question";
  if (ask.kind === "plan") return "checklist";
  if (ask.files.length) return "edit";
  return ask.command === undefined ? "shield" : "terminal";
}

/** "Already approved by Anna's phone at 12:03": for whoever comes late. */
export function endedWords(ask: Ask): string {
  const end = ask.resolution;
  if (!end?.choice && ask.state !== "resolved") return withdrawnWords(ask);
  if (!end) return vscode.l10n.t("Already answered.");
  const [who, when] = [
    plain(actor(end.by)),
    new Date(end.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
  ];
  switch (end.choice) {
    case "allow_once":
      return vscode.l10n.t("Already approved by {0} at {1}.", who, when);
    case "allow_always":
      return vscode.l10n.t("Already approved for good by {0} at {1}.", who, when);
    case "deny":
      return vscode.l10n.t("Already denied by {0} at {1}.", who, when);
    case "release":
      return vscode.l10n.t("Handed back to the terminal by {0} at {1}.", who, when);
    default:
      return vscode.l10n.t("Already answered by {0} at {1}.", who, when);
  }
}

function withdrawnWords(ask: Ask): string {
  const why = brief(ask.resolution?.reason ?? "", SUBJECT);
  if (ask.state === "expired") return vscode.l10n.t("Nobody answered in time. {0}", why).trim();
  return vscode.l10n.t("The agent does not wait for this any more. {0}", why).trim();
}

function subject(ask: Ask): string {
  return ask.kind === "permission" && ask.reason ? `${object(ask)} — ${ask.reason}` : object(ask);
}

function object(ask: Ask): string {
  if (ask.kind === "question") return ask.questions[0]?.question ?? ask.summary;
  if (ask.command !== undefined) return ask.command;
  if (ask.files.length) return ask.files.map((file) => fileWords(ask, file)).join(", ");
  return ask.summary;
}

function fileWords(ask: Ask, file: Ask["files"][number]): string {
  return [within(file.path, ask.directory), changes([file])].filter(Boolean).join(" ");
}

function onBehalf(state: State, ask: Ask): string {
  const root = state.sessions[rootOfAsk(state, ask)];
  if (!ask.parents.length || !root) return "";
  return vscode.l10n.t("sub-agent of “{0}”", brief(titleOf(root, state.marks[root.id]), NAME));
}
