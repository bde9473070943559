/** Opens the dashboard in a browser, which is paired on the way. */
import * as vscode from "vscode";
import type { Hub } from "../hub";
import { complain } from "../tell";

/** Open a link that lets exactly one browser in. */
export async function openInBrowser(hub: Hub): Promise<void> {
  try {
    const { url } = await hub.call("pairing.create", {});
    await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(url)));
  } catch (error) {
    complain(error);
  }
}
