/** Sessions by project, as lines of a tree. */
import * as vscode from "vscode";
import { ago, oneLine } from "../../../webview/js/format.js";
import {
  agentName,
  asksByRoot,
  isBusy,
  type Light,
  lightOf,
  pendingAsks,
  sessionsByProject,
  titleOf,
  whyNoPrompt,
} from "../../../webview/js/select.js";
import type { State } from "../../../webview/js/types";
import { brief } from "../asks/plain";
import { gistOf } from "../asks/words";
import type { Ask, Project, Session } from "../protocol.gen";
import type { Row } from "./rows";

const MINUTE = 60_000;
const HIDDEN_AFTER = 120 * MINUTE; // what ended longer ago is in the dashboard only
const NAME = 80; // characters
const LINE = 120;

const ICONS: Record<Light, [icon: string, colour?: string]> = {
  waiting: ["bell-dot", "list.warningForeground"],
  working: ["loading~spin"],
  error: ["error", "list.errorForeground"],
  done: ["pass", "testing.iconPassed"],
  idle: ["circle-large-outline"],
  ended: ["circle-slash", "disabledForeground"],
};

/** What the lines depend on besides the state. */
export interface View {
  now: number;
  /** Whether a folder is in this window. */
  isHere: (directory: string) => boolean;
}

/** Return the projects of this window, then the others, with their sessions and those of their sub-agents. */
export function sessionRows(state: State, view: View): Row[] {
  const asks = asksBySession(state);
  const groups = sessionsByProject(state).map(({ project, sessions }) => ({
    project,
    rows: sessions
      .filter((session) => isShown(session, asks, view.now))
      .map((one) => rowOf(state, one, asks, view.now)),
  }));
  const shown = groups.filter(({ rows }) => rows.length);
  const here = shown.filter(({ project }) => view.isHere(project.directory));
  return [...here, ...shown.filter((group) => !here.includes(group))].map(({ project, rows }) =>
    projectRow(project, rows),
  );
}

/** What a session says of itself. */
export function sessionTooltip(session: Session): vscode.MarkdownString {
  const told = new vscode.MarkdownString();
  const facts = [agentName(session.agent), session.model, session.directory].filter(Boolean).join(" · ");
  told.appendText([titleOf(session), facts, session.lastError ?? session.lastLine].filter(Boolean).join("\n\n"));
  return told;
}

/** The first ask of each session, and of each session at the top for its sub-agents. */
function asksBySession(state: State): Map<string, Ask> {
  const own = pendingAsks(state).reverse(); // the oldest stays
  return new Map<string, Ask>([...asksByRoot(state), ...own.map((ask) => [ask.sessionId, ask] as const)]);
}

function isShown(session: Session, asks: Map<string, Ask>, now: number): boolean {
  const ended = lightOf(session, asks.has(session.id)) === "ended";
  return !ended || now - session.updatedAt < HIDDEN_AFTER;
}

function projectRow(project: Project, rows: Row[]): Row {
  const name = brief(project.name || project.directory, NAME);
  return {
    id: `project:${project.id}`,
    look: {
      label: name,
      description: "",
      icon: "folder",
      context: "project",
      spoken: vscode.l10n.t("Project {0}", name),
      opens: "expanded",
    },
    children: rows,
  };
}

function rowOf(state: State, session: Session, asks: Map<string, Ask>, now: number): Row {
  const ask = asks.get(session.id);
  const light = lightOf(session, ask !== undefined);
  const [icon, colour] = ICONS[light];
  const children = childrenOf(state, session).map((child) => rowOf(state, child, asks, now));
  const [label, description] = [brief(titleOf(session, state.marks[session.id]), NAME), describe(session, ask, now)];
  return {
    id: `session:${session.id}`,
    look: {
      ...{ label, description, icon, colour },
      context: wordsOf(state, session),
      spoken: [label, lightWords(light), description].join(", "),
      command: { title: vscode.l10n.t("Open"), command: "pilot.dashboard.open" },
      opens: children.length ? "collapsed" : undefined,
    },
    children,
    session,
  };
}

function childrenOf(state: State, parent: Session): Session[] {
  const children = Object.values(state.sessions).filter((session) => session.parentId === parent.id);
  return children.filter((child) => child.id !== parent.id).sort((a, b) => a.createdAt - b.createdAt);
}

/** "OpenCode · 5 min · what it said last"; a time under a minute would be old at once. */
function describe(session: Session, ask: Ask | undefined, now: number): string {
  const when = now - session.updatedAt < MINUTE || isBusy(session) ? "" : ago(session.updatedAt, now);
  const line = ask ? gistOf(ask, LINE) : (session.state === "error" && session.lastError) || session.lastLine;
  const who = session.parentId ? vscode.l10n.t("Sub-agent") : agentName(session.agent);
  return [brief(who, NAME), when, brief(oneLine(line), LINE)].filter(Boolean).join(" · ");
}

function wordsOf(state: State, session: Session): string {
  const words = ["session"];
  if (!session.parentId && whyNoPrompt(state, session) === null) words.push("prompt");
  if (isBusy(session) && session.capabilities.interrupt) words.push("abort");
  if (session.files.length) words.push("changes");
  return words.join(" ");
}

function lightWords(light: Light): string {
  switch (light) {
    case "waiting":
      return vscode.l10n.t("needs you");
    case "working":
      return vscode.l10n.t("working");
    case "error":
      return vscode.l10n.t("failed");
    case "done":
      return vscode.l10n.t("done");
    case "idle":
      return vscode.l10n.t("idle");
    case "ended":
      return vscode.l10n.t("ended");
  }
}
