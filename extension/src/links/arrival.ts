/** Brings a person to a place: here, or in the window where it belongs. Shows and focuses, nothing else. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import { connected } from "../connected";
import type { Hub, Place } from "../hub";

const WAIT_MS = 20_000; // for a hub that is still starting
const SAID_MS = 10_000; // how long the status bar names the other window

/** Ask the hub where a place belongs, and see to it that it is shown. */
export async function arrive(hub: Hub, place: Place): Promise<void> {
  await waitFor(hub);
  const shown = await hub.call("places.show", place);
  if (shown.shown !== "elsewhere") return show(place);
  const window = shown.window ?? vscode.l10n.t("another window");
  vscode.window.setStatusBarMessage(`$(link-external) ${vscode.l10n.t("Shown in {0}", plain(window))}`, SAID_MS);
}

/** Show a place in this window. */
export async function show(place: Place): Promise<void> {
  if (place.kind === "pair") await vscode.commands.executeCommand("pilot.phone.showQr");
  else await vscode.commands.executeCommand("pilot.dashboard.open", place);
}

async function waitFor(hub: Hub): Promise<void> {
  const title = vscode.l10n.t("Waiting for Pilot…");
  const location = vscode.ProgressLocation.Notification;
  if (hub.state.kind !== "connected")
    await vscode.window.withProgress({ location, title }, () => connected(hub, WAIT_MS));
}

/**
 * Show a place that another window or the hub hands over, and come to the front, where VS Code can: on a desktop,
 * opening what a window has open already focuses it. `forceNewWindow` makes sure that no window loses its folder.
 */
export async function showInFront(place: Place): Promise<void> {
  await show(place);
  const own = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (vscode.env.uiKind !== vscode.UIKind.Desktop || !own || own.scheme === "untitled" || vscode.window.state.focused)
    return;
  await vscode.commands.executeCommand("vscode.openFolder", own, { forceNewWindow: true });
}
