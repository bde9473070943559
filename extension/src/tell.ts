/** Says to a person what went wrong, and what to do next. */
import * as vscode from "vscode";
import { plain } from "./asks/plain";
import { asProblem } from "./hub";

/** Show a failure as one message; resolves at once. */
export function complain(error: unknown): void {
  void vscode.window.showErrorMessage(sentence(error));
}

/** A failure in words, safe to show: what happened, then what to do. */
export function sentence(error: unknown): string {
  const { message, hint } = asProblem(error);
  return plain(hint ? `${message} ${hint}` : message);
}
