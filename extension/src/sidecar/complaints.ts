/** Failures that a person has to know: one message, with what can be done. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import type { Problem } from "../hub";

/** A button, and the command behind it. */
export type Action = [button: string, command: string];

export class Complaints {
  /** Messages that still stand: nobody needs the same twice. */
  readonly #standing = new Set<string>();

  /** Show a problem and carry out what is chosen; resolves when the message is gone. */
  async show(problem: Problem): Promise<void> {
    const text = plain(problem.hint ? `${problem.message} ${problem.hint}` : problem.message); // pip's words, too
    if (this.#standing.has(text)) return;
    this.#standing.add(text);
    const actions = new Map(actionsFor(problem));
    const chosen = await vscode.window.showErrorMessage(text, ...actions.keys());
    this.#standing.delete(text);
    const command = chosen && actions.get(chosen);
    if (command) await vscode.commands.executeCommand(command);
  }
}

/** What helps against a problem. */
export function actionsFor({ code }: Problem): Action[] {
  const retry: Action = [vscode.l10n.t("Retry"), "pilot.start"];
  const logs: Action = [vscode.l10n.t("Show Logs"), "pilot.logs"];
  if (code === "no_python") return [[vscode.l10n.t("Choose Python…"), "pilot.choosePython"], logs, retry];
  if (code === "hub_too_old") return [[vscode.l10n.t("Restart the Hub"), "pilot.restart"], logs];
  if (code === "hub_too_new")
    return [
      [vscode.l10n.t("Check for Updates"), "workbench.extensions.action.checkForUpdates"],
      [vscode.l10n.t("Reload Window"), "workbench.action.reloadWindow"],
      logs,
    ];
  return [retry, logs];
}
