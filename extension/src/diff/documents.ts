/** The texts of the diffs that are open. */
import * as vscode from "vscode";
import { type Address, addressIn, placeOf, SCHEME } from "./address";
import type { Plan } from "./plan";

const KEPT = 20; // owners (asks, sessions) whose texts stay in memory

export class DiffDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #plans = new Map<string, Plan>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  dispose(): void {
    this.#registered.dispose();
  }

  /** Have an owner's texts at hand. */
  keep(owner: string, plan: Plan): void {
    this.#plans.delete(owner);
    this.#plans.set(owner, plan);
    for (const oldest of [...this.#plans.keys()].slice(0, -KEPT)) this.#plans.delete(oldest);
  }

  /** Drop an owner's texts. */
  forget(owner: string): void {
    this.#plans.delete(owner);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const address = addressIn(uri.query);
    const plan = address && this.#plans.get(address.owner);
    return (plan && textOf(plan, address)) ?? vscode.l10n.t("This diff is not available any more.");
  }
}

/** The address of a text for VS Code. */
export function uriOf(address: Address, file: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, ...placeOf(address, file) });
}

function textOf(plan: Plan, { index, side }: Address): string | undefined {
  if (side === "patch") return plan.gaps.find((gap) => gap.index === index)?.patch;
  const pair = plan.pairs.find((one) => one.index === index);
  return side === "before" ? pair?.base : pair?.proposed;
}
