/** Deep links, in and out. */
import * as vscode from "vscode";
import { command } from "../commands/command";
import { pickAsk, sessionFor } from "../commands/pick";
import { askIn } from "../commands/targets";
import { HubError, type Place } from "../hub";
import type { Parts } from "../parts";
import { complain } from "../tell";
import { showInFront } from "./arrival";
import { formatLink } from "./links";
import { LinkHandler } from "./uriHandler";

const SAID_MS = 4_000;

/** Add this folder's surfaces. */
export function registerLinks(parts: Parts): void {
  const { context, hub, board } = parts;
  context.subscriptions.push(
    vscode.window.registerUriHandler(new LinkHandler(parts)),
    hub.onPlace((place) => void showInFront(place).then(undefined, complain)),
  );
  command(parts, "pilot.ask.copyLink", async (given) => {
    const id = askIn(given) ?? (await pickAsk(board.waiting, vscode.l10n.t("Copy the link to which ask?")))?.id;
    if (id === undefined && !board.waiting.length)
      throw new HubError("not_found", vscode.l10n.t("Nothing waits for an answer."));
    if (id !== undefined) await copy(context, { kind: "ask", id });
  });
  command(parts, "pilot.session.copyLink", async (given) => {
    const session = await sessionFor(board, given, vscode.l10n.t("Copy the link to which session?"));
    if (session) await copy(context, { kind: "session", id: session.id });
  });
}

async function copy(context: vscode.ExtensionContext, place: Place): Promise<void> {
  await vscode.env.clipboard.writeText(formatLink(vscode.env.uriScheme, context.extension.id, place));
  vscode.window.setStatusBarMessage(`$(link) ${vscode.l10n.t("Link copied")}`, SAID_MS);
}
