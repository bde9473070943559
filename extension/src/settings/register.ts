/** The hub's settings among VS Code's. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { SECTION, SettingsSync } from "./sync";

/** Add this folder's surfaces. */
export function registerSettings(parts: Parts): void {
  const sync = new SettingsSync(parts);
  parts.context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) sync.push();
    }),
    parts.hub.onState(() => sync.push()),
  );
}
