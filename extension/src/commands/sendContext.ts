/** Gives a session a selection or files to look at. */
import * as vscode from "vscode";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import { send, sessionToPrompt } from "./prompt";
import { filePrompt, type Lines, LONGEST, selectionPrompt } from "./snippet";

/** Send what is selected in the editor in front. */
export async function sendSelection(parts: Parts): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.selection.isEmpty) throw new HubError("bad_request", vscode.l10n.t("Select some code first."));
  const path = editor.document.uri.scheme === "file" ? editor.document.uri.fsPath : editor.document.fileName;
  const lines = selected(editor);
  if (lines.text.length > LONGEST)
    throw new HubError(
      "too_large",
      vscode.l10n.t(
        "The selection has {0} characters; {1} can be sent. Select less, or send the file.",
        lines.text.length,
        LONGEST,
      ),
    );
  await sendWith(parts, (directory, instruction) => selectionPrompt(path, directory, lines, instruction));
}

/** Send files: those chosen in the explorer, or the one in front. */
export async function sendFiles(parts: Parts, given: unknown, all: unknown): Promise<void> {
  const chosen = Array.isArray(all) && all.length ? all : [given ?? vscode.window.activeTextEditor?.document.uri];
  const paths = chosen.flatMap((uri) => (uri instanceof vscode.Uri && uri.scheme === "file" ? [uri.fsPath] : []));
  if (!paths.length)
    throw new HubError("bad_request", vscode.l10n.t("Open a file first, or choose one in the explorer."));
  await sendWith(parts, (directory, instruction) => filePrompt(paths, directory, instruction));
}

async function sendWith(parts: Parts, write: (directory: string, instruction: string) => string): Promise<void> {
  const session = await sessionToPrompt(parts, undefined, vscode.l10n.t("Send it to which session?"));
  if (!session) return;
  const instruction = await vscode.window.showInputBox({
    title: vscode.l10n.t("What shall the agent do with it?"),
    placeHolder: vscode.l10n.t("Optional: Enter alone sends just the code"),
    ignoreFocusOut: true,
  });
  if (instruction !== undefined) await send(parts, session, { text: write(session.directory, instruction) });
}

/** The selection's whole lines; a last line of which nothing is selected does not count. */
function selected({ document, selection }: vscode.TextEditor): Lines {
  const { start, end } = selection;
  const to = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return { from: start.line + 1, to, text: document.getText(selection), language: document.languageId };
}
