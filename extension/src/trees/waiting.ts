/** The view "Waiting": what agents ask, and its number on the icon. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { RowTree } from "./rows";
import { hasLines, standingWords } from "./standing";
import { askTooltip, waitingRows } from "./waitingRows";

export class WaitingView implements vscode.Disposable {
  readonly #tree: RowTree;
  readonly #view: vscode.TreeView<unknown>;
  readonly #subscriptions: vscode.Disposable[];
  #told = -1;

  constructor(private readonly parts: Pick<Parts, "hub" | "board">) {
    const { hub, board } = parts;
    this.#tree = new RowTree(
      ({ ask }) => ({ ask }),
      ({ ask }) => ask && askTooltip(ask),
    );
    this.#view = vscode.window.createTreeView("pilot.waiting", { treeDataProvider: this.#tree });
    const draw = (): void => this.#draw();
    this.#subscriptions = [hub.onState(draw), board.onChange(draw)];
    this.#draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#view, this.#tree).dispose();
  }

  #draw(): void {
    const { hub, board } = this.parts;
    const rows = hasLines(hub.state) ? waitingRows(board.state) : [];
    this.#tree.update(rows);
    this.#view.message = standingWords(hub.state);
    if (rows.length === this.#told) return;
    this.#told = rows.length;
    this.#view.badge = rows.length ? { value: rows.length, tooltip: badgeWords(rows.length) } : undefined;
    void vscode.commands.executeCommand("setContext", "pilot.waiting", rows.length);
  }
}

function badgeWords(amount: number): string {
  return amount === 1 ? vscode.l10n.t("1 ask waits for you") : vscode.l10n.t("{0} asks wait for you", amount);
}
