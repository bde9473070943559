/** Files that the page asks to see. */
import { isAbsolute, normalize, relative } from "node:path";
import * as vscode from "vscode";
import { plain } from "../asks/plain";

/** Return a path's normal form if it lies inside one of the folders. */
export function fileInside(path: string, folders: readonly string[]): string | undefined {
  if (!isAbsolute(path) || path.includes("\0")) return undefined;
  const whole = normalize(path);
  return folders.some((folder) => isBelow(relative(folder, whole))) ? whole : undefined;
}

function isBelow(way: string): boolean {
  return way !== "" && !isAbsolute(way) && !/^\.\.(?:[\\/]|$)/.test(way);
}

/** The folders of this window that are on its disk. */
export function folderPaths(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri }) => uri.fsPath);
}

/** Open a file of this workspace in the editor; anything else is only said to be elsewhere. */
export async function openFile(path: string): Promise<void> {
  const file = fileInside(path, folderPaths());
  try {
    if (!file) throw new Error(vscode.l10n.t("It is not in a folder of this window."));
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    void vscode.window.showWarningMessage(plain(vscode.l10n.t("{0} could not be opened. {1}", path, why)));
  }
}
