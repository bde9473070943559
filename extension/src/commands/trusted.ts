/** Some things may only be started in a folder the person trusts. */
import * as vscode from "vscode";

/** Whether the workspace is trusted; if not, say why that matters and offer to change it. */
export async function isTrusted(why: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const chosen = await vscode.window.showWarningMessage(why, manage);
  if (chosen === manage) await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}
