/** The texts of the diffs that are open; asks the hub again for those a reload brought back. */
import * as vscode from "vscode";
import { type Address, addressIn, pathOf, SCHEME } from "./address";
import type { Plan } from "./plan";

/** Returns what an owner (an ask, a session) would show now. */
export type Load = (owner: string) => Promise<Plan>;

const KEPT = 20; // owners whose texts stay in memory; others are asked for again

export class DiffDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #plans = new Map<string, Promise<Plan>>();
  readonly #registered: vscode.Disposable;

  constructor(private readonly load: Load) {
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  dispose(): void {
    this.#registered.dispose();
  }

  /** Have an owner's texts at hand. */
  keep(owner: string, plan: Plan | Promise<Plan>): void {
    this.#plans.delete(owner);
    this.#plans.set(owner, Promise.resolve(plan));
    for (const oldest of [...this.#plans.keys()].slice(0, -KEPT)) this.#plans.delete(oldest);
  }

  /** Drop an owner's texts. */
  forget(owner: string): void {
    this.#plans.delete(owner);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const address = addressIn(uri.path);
    if (!address) return "";
    try {
      return textOf(await this.#plan(address.owner), address);
    } catch {
      this.#plans.delete(address.owner);
      return vscode.l10n.t("This diff is not available any more.");
    }
  }

  #plan(owner: string): Promise<Plan> {
    const known = this.#plans.get(owner);
    if (known) return known;
    const plan = this.load(owner);
    this.keep(owner, plan);
    return plan;
  }
}

/** The address of a text for VS Code. */
export function uriOf(address: Address, file: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: pathOf(address, file) });
}

function textOf(plan: Plan, { index, side }: Address): string {
  if (side === "patch") return plan.gaps.find((gap) => gap.index === index)?.patch ?? "";
  const pair = plan.pairs.find((one) => one.index === index);
  return (side === "before" ? pair?.base : pair?.proposed) ?? "";
}
