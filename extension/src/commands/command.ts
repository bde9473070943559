/** Registers a command whose failures are said, never thrown at the person. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { complain } from "../tell";

/** Add a command; its promise settles when it is done. */
export function command({ context, log }: Parts, id: string, run: (...given: unknown[]) => unknown): void {
  const guarded = async (...given: unknown[]): Promise<void> => {
    try {
      await run(...given);
    } catch (error) {
      log.warn(`${id}: ${String(error)}`);
      complain(error);
    }
  };
  context.subscriptions.push(vscode.commands.registerCommand(id, guarded));
}
