/** Texts that the page gives away: a transcript, a patch. The person says where they go. */
import { homedir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import { folderPaths } from "./files";

/** Ask where a text is kept, and write it there; nothing happens without an answer. */
export async function saveText(name: string, text: string): Promise<void> {
  const target = await vscode.window.showSaveDialog({ defaultUri: suggested(name) });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
    void vscode.window.setStatusBarMessage(vscode.l10n.t("Saved {0}", basename(target.path)), SHOWN_MS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(plain(vscode.l10n.t("{0} could not be saved. {1}", name, why)));
  }
}

const SHOWN_MS = 4_000;

/** A page names a file, never a folder. */
function suggested(name: string): vscode.Uri {
  const safe = name.replace(/[\p{Cc}\\/:*?"<>|]/gu, "-").replace(/^\.+/, "");
  return vscode.Uri.file(join(folderPaths()[0] ?? homedir(), safe || "pilot.txt"));
}
