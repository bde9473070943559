/** Lets a person choose a session or an ask; what belongs to this window comes first. */
import * as vscode from "vscode";
import { ago } from "../../../webview/js/format.js";
import { agentName, titleOf } from "../../../webview/js/select.js";
import { brief, plain } from "../asks/plain";
import type { Board } from "../board";
import { HubError } from "../hub";
import type { Ask, Session } from "../protocol.gen";
import { sessionIn } from "./targets";

const TITLE = 80; // characters
const SUMMARY = 200;

const ICONS: Record<Session["state"], string> = {
  idle: "circle-outline",
  busy: "sync",
  retrying: "sync",
  error: "error",
  ended: "circle-slash",
};

/** Return the session a command was called for, or the chosen one; undefined if none was chosen. */
export async function sessionFor(
  board: Board,
  argument: unknown,
  title: string,
  fits: (session: Session) => boolean = () => true,
): Promise<Session | undefined> {
  const id = sessionIn(argument);
  if (id === undefined) return pickSession(board, title, fits);
  const session = board.state.sessions[id];
  if (!session) throw new HubError("not_found", vscode.l10n.t("That session is not there any more."));
  return session;
}

async function pickSession(board: Board, title: string, fits: (session: Session) => boolean) {
  const sessions = board.sessions.filter(fits);
  if (!sessions.length) throw new HubError("not_found", vscode.l10n.t("There is no session for this now."));
  const picked = await vscode.window.showQuickPick(sessionItems(sessions), { title, matchOnDescription: true });
  return picked?.session;
}

type Line = vscode.QuickPickItem & { session?: Session };

function sessionItems(sessions: Session[]): Line[] {
  const here = sessions.filter((session) => isHere(session.directory));
  const elsewhere = sessions.filter((session) => !here.includes(session));
  if (!here.length || !elsewhere.length) return sessions.map(sessionItem);
  return [
    separator(vscode.l10n.t("this window")),
    ...here.map(sessionItem),
    separator(vscode.l10n.t("elsewhere")),
    ...elsewhere.map(sessionItem),
  ];
}

function sessionItem(session: Session): Line {
  const label = `$(${ICONS[session.state]}) ${brief(titleOf(session), TITLE)}`;
  return {
    label,
    description: plain(`${agentName(session.agent)} · ${ago(session.updatedAt, Date.now())} · ${session.directory}`),
    session,
  };
}

function separator(label: string): Line {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Return the chosen ask; the only one without asking. */
export async function pickAsk(asks: Ask[], title: string): Promise<Ask | undefined> {
  if (asks.length < 2) return asks[0];
  const items = asks.map((ask) => ({
    label: brief(ask.title, TITLE),
    description: agentName(ask.agent),
    detail: brief(ask.summary, SUMMARY),
    ask,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.ask;
}

/** Whether a folder is in this window. */
export function isHere(directory: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(directory)) !== undefined;
}
