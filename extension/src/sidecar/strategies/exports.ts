import * as vscode from "vscode";

/** Return what another extension offers, if it is installed. */
export async function exportsOf(id: string): Promise<unknown> {
  const extension = vscode.extensions.getExtension(id);
  if (!extension) return undefined;
  return extension.isActive ? extension.exports : extension.activate();
}
