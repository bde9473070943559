/**
 * The texts of the diffs that are open.
 *
 * Their addresses name the version (an ask's digest) too: VS Code keeps a text for minutes after its tab is closed, and
 * would show what an ask was as what it is.
 */
import * as vscode from "vscode";
import { type Address, addressIn, placeOf, SCHEME } from "./address";
import type { Plan } from "./plan";

const KEPT = 20; // owners (asks, sessions) whose texts stay in memory

export class DiffDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #plans = new Map<string, { version: string; plan: Plan }>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  dispose(): void {
    this.#registered.dispose();
  }

  /** Have an owner's texts at hand. */
  keep(owner: string, version: string, plan: Plan): void {
    this.#plans.delete(owner);
    this.#plans.set(owner, { version, plan });
    for (const oldest of [...this.#plans.keys()].slice(0, -KEPT)) this.#plans.delete(oldest);
  }

  /** Drop an owner's texts. */
  forget(owner: string): void {
    this.#plans.delete(owner);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const address = addressIn(uri.query);
    const kept = address && this.#plans.get(address.owner);
    const text = address && kept?.version === uri.fragment ? textOf(kept.plan, address) : undefined;
    return text ?? vscode.l10n.t("This diff is not available any more.");
  }
}

/** The address of a text for VS Code. */
export function uriOf(address: Address, version: string, file: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, ...placeOf(address, file), fragment: version });
}

function textOf(plan: Plan, { index, side }: Address): string | undefined {
  if (side === "patch") return plan.gaps.find((gap) => gap.index === index)?.patch;
  const pair = plan.pairs.find((one) => one.index === index);
  return side === "before" ? pair?.base : pair?.proposed;
}
