/** Leads to settings. */
import * as vscode from "vscode";

/** Open the settings that a query finds: what is of the machine is set where Pilot runs, which is not where the person's own settings are. */
export async function openSettings(query: string): Promise<void> {
  if (vscode.env.remoteName) await vscode.commands.executeCommand("workbench.action.openRemoteSettings", { query });
  else await vscode.commands.executeCommand("workbench.action.openSettings", query);
}
