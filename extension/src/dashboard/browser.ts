/** Opens the dashboard in a browser, which is paired on the way. */
import * as vscode from "vscode";
import type { Hub } from "../hub";
import { complain } from "../tell";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Open a link that lets exactly one browser in. */
export async function openInBrowser(hub: Hub): Promise<void> {
  try {
    const { url } = await hub.call("pairing.create", { scope: "admin" });
    const external = await vscode.env.asExternalUri(vscode.Uri.parse(url));
    if (leadsThere(url, external.toString(true))) await vscode.env.openExternal(external);
    else await offer(url);
  } catch (error) {
    complain(error);
  }
}

/** Whether an address that VS Code made of ours still is the hub's: at the root of a name that it answers to. */
export function leadsThere(url: string, external: string): boolean {
  const [ours, theirs] = [new URL(url), new URL(external)];
  return LOOPBACK.has(theirs.hostname) && theirs.pathname === ours.pathname;
}

async function offer(url: string): Promise<void> {
  const { l10n, window, env } = vscode;
  const [copy, open] = [l10n.t("Copy Link"), l10n.t("Open Anyway")];
  const words = l10n.t(
    "This editor forwards ports under an address that Pilot does not answer to. Open the link in a browser on the machine where the agents run, or use the dashboard here.",
  );
  const chosen = await window.showWarningMessage(words, copy, open);
  if (chosen === copy) await env.clipboard.writeText(url);
  if (chosen === open) await env.openExternal(vscode.Uri.parse(url));
}
