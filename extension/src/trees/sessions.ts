/** The view "Sessions": what agents do, by project. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { RowTree } from "./rows";
import { sessionRows, sessionTooltip } from "./sessionRows";
import { hasLines, standingWords } from "./standing";

const PACE_MS = 250; // words stream faster than anybody reads a tree
const TIMES_MS = 60_000; // how old something is changes by itself

export class SessionsView implements vscode.Disposable {
  readonly #tree: RowTree;
  readonly #view: vscode.TreeView<unknown>;
  readonly #subscriptions: vscode.Disposable[];
  readonly #clock: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: Pick<Parts, "hub" | "board">) {
    const { hub, board } = parts;
    this.#tree = new RowTree(
      ({ session }) => session && { kind: "session", id: session.id },
      ({ session }) => session && sessionTooltip(session),
    );
    this.#view = vscode.window.createTreeView("pilot.sessions", { treeDataProvider: this.#tree });
    const soon = (): void => this.#soon();
    this.#subscriptions = [
      ...[hub.onState(soon), board.onChange(soon), vscode.workspace.onDidChangeWorkspaceFolders(soon)],
      this.#view.onDidChangeVisibility(soon),
    ];
    this.#clock = setInterval(soon, TIMES_MS);
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#clock);
    vscode.Disposable.from(...this.#subscriptions, this.#view, this.#tree).dispose();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, PACE_MS);
  }

  #draw(): void {
    const { hub, board } = this.parts;
    const view = { now: Date.now(), isHere };
    this.#tree.update(hasLines(hub.state) ? sessionRows(board.state, view) : []);
    this.#view.message = standingWords(hub.state);
  }
}

function isHere(directory: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(directory)) !== undefined;
}
