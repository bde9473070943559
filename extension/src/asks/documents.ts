/** Read-only documents that show an ask whole. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask } from "../protocol.gen";
import { wholeText } from "./whole";
import { titleOfAsk } from "./words";

const SCHEME = "pilot-ask";

export class AskDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #registration: vscode.Disposable;

  constructor(private readonly board: Board) {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** Open an ask beside whatever is asked of the person; the keyboard stays where it is. */
  async show(ask: Ask): Promise<void> {
    const name = titleOfAsk(ask).replace(/[^\p{L}\p{N} _-]/gu, "") || "ask";
    const path = `/${name}.${ask.kind === "plan" ? "md" : "txt"}`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: ask.id, fragment: ask.digest });
    await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
  }

  provideTextDocumentContent({ query, fragment }: vscode.Uri): string {
    const ask = this.board.state.asks[query];
    if (ask?.digest === fragment) return wholeText(ask);
    return vscode.l10n.t("This is not known any more: it was answered a while ago, or it changed.");
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
