/** Which of several windows tells a person something: one is enough. */
import * as vscode from "vscode";
import type { Hub } from "./hub";
import type { Place } from "./protocol.gen";

/** Whether this window is the one for a place; the hub knows all windows, and without it the folder and the focus tell. */
export async function isWindowFor(hub: Hub, place: Place, directory: string): Promise<boolean> {
  try {
    await hub.surface(); // it knows this window now
    return (await hub.call("places.find", place)).shown === "here";
  } catch {
    return vscode.window.state.focused || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(directory)) !== undefined;
  }
}
