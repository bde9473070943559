/** Failures that a person has to know: one message, with what can be done. */
import * as vscode from "vscode";
import type { Problem } from "../hub";

interface Action extends vscode.MessageItem {
  command: string;
}

export class Complaints {
  /** Messages that still stand: nobody needs the same twice. */
  readonly #standing = new Set<string>();

  /** Show a problem and carry out what is chosen; resolves when the message is gone. */
  async show(problem: Problem): Promise<void> {
    const text = problem.hint ? `${problem.message} ${problem.hint}` : problem.message;
    if (this.#standing.has(text)) return;
    this.#standing.add(text);
    const chosen = await vscode.window.showErrorMessage(text, ...actionsFor(problem));
    this.#standing.delete(text);
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }
}

/** What helps against a problem. */
export function actionsFor({ code }: Problem): Action[] {
  const retry: Action = { title: vscode.l10n.t("Retry"), command: "pilot.start" };
  const logs: Action = { title: vscode.l10n.t("Show Logs"), command: "pilot.logs" };
  if (code === "no_python")
    return [{ title: vscode.l10n.t("Choose Python…"), command: "pilot.choosePython" }, logs, retry];
  if (code === "hub_too_old") return [{ title: vscode.l10n.t("Restart the Hub"), command: "pilot.restart" }, logs];
  if (code === "hub_too_new")
    return [
      { title: vscode.l10n.t("Check for Updates"), command: "workbench.extensions.action.checkForUpdates" },
      { title: vscode.l10n.t("Reload Window"), command: "workbench.action.reloadWindow" },
      logs,
    ];
  return [retry, logs];
}
