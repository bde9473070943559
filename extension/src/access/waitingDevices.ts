/** What waits for a person's yes, as a list: for whoever closed its notification. */
import * as vscode from "vscode";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import { answer } from "./confirmations";
import { detailOf, headOf } from "./confirmationWords";

/** Let the person choose one, and answer it. */
export async function answerWaiting({ hub, board }: Parts): Promise<void> {
  const waiting = board.state.confirmations;
  if (!waiting.length) throw new HubError("not_found", vscode.l10n.t("Nobody waits to be let in."));
  const items = waiting.map((one) => ({ label: headOf(one), detail: detailOf(one), one }));
  const title = vscode.l10n.t("Who may come in?");
  const one = waiting.length > 1 ? (await vscode.window.showQuickPick(items, { title }))?.one : waiting[0];
  if (!one) return;
  const [refuse, allow] = [vscode.l10n.t("Refuse"), vscode.l10n.t("Allow")]; // a blind Enter takes the first
  const options = { modal: true, detail: detailOf(one) };
  const chosen = await vscode.window.showWarningMessage(headOf(one), options, refuse, allow);
  if (chosen) await answer(hub, one, chosen === allow);
}
