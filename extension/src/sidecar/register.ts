/** The commands about the hub itself: start, restart, stop, logs. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { complain } from "../tell";
import type { Sidecar } from "./sidecar";

/** Add this folder's commands. */
export function registerSidecar({ context, log, board }: Parts, sidecar: Sidecar): void {
  const add = (name: string, does: () => Promise<unknown> | unknown): void => {
    context.subscriptions.push(vscode.commands.registerCommand(name, () => edge(does, log)));
  };
  add("pilot.start", () => sidecar.retry());
  add("pilot.restart", async () => {
    if (await confirmRestart(board.waiting.length)) await sidecar.restart();
  });
  add("pilot.stop", async () => {
    if (await confirmStop(board.waiting.length)) await sidecar.stop();
  });
  add("pilot.logs", () => showLogs(log, sidecar.home));
  add("pilot.choosePython", async () => {
    if (await choosePython()) sidecar.retry();
  });
}

async function edge(does: () => Promise<unknown> | unknown, log: vscode.LogOutputChannel): Promise<void> {
  try {
    await does();
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    complain(error);
  }
}

/** A restart takes a second, but whoever waits for an answer is sent back to the agent's terminal. */
async function confirmRestart(waiting: number): Promise<boolean> {
  if (waiting === 0) return true;
  const restart = vscode.l10n.t("Restart");
  const detail = vscode.l10n.t("What waits for an answer goes back to the agents' terminals.");
  return (
    (await vscode.window.showWarningMessage(vscode.l10n.t("Restart Pilot?"), { modal: true, detail }, restart)) ===
    restart
  );
}

async function confirmStop(waiting: number): Promise<boolean> {
  const stop = vscode.l10n.t("Stop");
  const everybody = vscode.l10n.t("Other windows and phones lose it too. Agents go on in their terminals.");
  const detail =
    waiting > 0 ? `${everybody} ${vscode.l10n.t("What waits for an answer goes back to them.")}` : everybody;
  return (await vscode.window.showWarningMessage(vscode.l10n.t("Stop Pilot?"), { modal: true, detail }, stop)) === stop;
}

/** Show the extension's log, and offer the hub's. */
async function showLogs(log: vscode.LogOutputChannel, home: string): Promise<void> {
  log.show(true);
  const path = join(home, "logs", "hub.log");
  if (!(await stat(path).catch(() => undefined))) return;
  const open = vscode.l10n.t("Open the Hub's Log");
  const text = vscode.l10n.t("This is the extension's log. The hub keeps its own.");
  if ((await vscode.window.showInformationMessage(text, open)) === open)
    await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: true });
}

async function choosePython(): Promise<boolean> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Choose Python 3.11 or newer"),
      canSelectMany: false,
    })) ?? [];
  if (!chosen) return false;
  await vscode.workspace.getConfiguration("pilot").update("python", chosen.fsPath, vscode.ConfigurationTarget.Global);
  return true;
}
