/** Changes the owner's token. */
import * as vscode from "vscode";
import { connected } from "../connected";
import { asProblem, type Hub } from "../hub";

const BACK_MS = 20_000;
const CUT_MS = 2_000;

/** Confirm, rotate, and say so once this window is back: the hub cuts it off with all others. */
export async function rotateToken(hub: Hub): Promise<void> {
  const [rotate, all] = [vscode.l10n.t("Rotate"), vscode.l10n.t("Rotate and Revoke All Devices")];
  const detail = vscode.l10n.t(
    "Every connection ends at once, and whoever holds the old token is out. VS Code and agents come back by themselves; paired devices stay unless you revoke them.",
  );
  const question = vscode.l10n.t("Make a new owner’s token?");
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, rotate, all);
  if (!chosen) return;
  await rotateAndReturn(hub, chosen === all);
  const said =
    chosen === all
      ? vscode.l10n.t("The token is new, and every device has to be paired anew.")
      : vscode.l10n.t("The token is new. Every old connection was ended.");
  void vscode.window.showInformationMessage(said);
}

async function rotateAndReturn(hub: Hub, devices: boolean): Promise<void> {
  try {
    await hub.call("token.rotate", { devices });
  } catch (error) {
    // The answer may go with the connection. A hub that did not rotate would have refused, or kept it.
    if (asProblem(error).code !== "unreachable") throw error;
    await cutOff(hub);
  }
  await connected(hub, BACK_MS);
}

/** Resolve once the end of the connection is known here, too: it comes a moment after that of the call. */
function cutOff(hub: Hub): Promise<void> {
  if (hub.state.kind !== "connected") return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, CUT_MS);
    const listening = hub.onState(done);
  });
}
