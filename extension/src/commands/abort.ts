/** Stops a running turn. */
import * as vscode from "vscode";
import { isBusy, rootOf, rootOfAsk, titleOf } from "../../../webview/js/select.js";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import type { Session } from "../protocol.gen";
import { sessionFor } from "./pick";

/** Stop a turn; confirmed only where that also denies what waits for an answer. */
export async function abortSession({ hub, board }: Parts, given: unknown): Promise<void> {
  const session = await sessionFor(board, given, vscode.l10n.t("Stop which session's turn?"), canStop);
  if (!session) return;
  if (!canStop(session)) throw new HubError("conflict", vscode.l10n.t("Nothing runs there that Pilot could stop."));
  const root = rootOf(board.state, session.id);
  const waiting = board.waiting.filter((ask) => rootOfAsk(board.state, ask) === root).length;
  if (waiting && !(await confirm(session, waiting))) return;
  await hub.call("sessions.abort", { id: session.id });
}

function canStop(session: Session): boolean {
  return isBusy(session) && session.live && session.capabilities.interrupt;
}

async function confirm(session: Session, waiting: number): Promise<boolean> {
  const stop = vscode.l10n.t("Stop");
  const question = vscode.l10n.t("Stop “{0}”?", titleOf(session));
  const detail =
    waiting === 1
      ? vscode.l10n.t("It asks something; stopping denies that.")
      : vscode.l10n.t("It asks {0} things; stopping denies them.", waiting);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, stop)) === stop;
}
