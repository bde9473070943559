/** The diff editor: asks' edits and sessions' changes. */
import * as vscode from "vscode";
import { command } from "../commands/command";
import { pickAsk, sessionFor } from "../commands/pick";
import { askIn } from "../commands/targets";
import { connected } from "../connected";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import { sessionIn } from "./address";
import { AskDiffs } from "./askDiffs";
import { DiffDocuments } from "./documents";
import { SessionChanges } from "./sessionChanges";
import { activeTab, ownerIn, tabsOfAll } from "./tabs";

const RELOAD_MS = 30_000; // how long a diff that a reload brought back waits for the hub

/** Add this folder's surfaces. */
export function registerDiff(parts: Parts): void {
  const { hub, board, context } = parts;
  const documents = new DiffDocuments();
  const diffs = new AskDiffs(hub, board, documents);
  const changes = new SessionChanges(hub, documents);
  let told: boolean | undefined;

  /** Say whether the editor in front can be answered. */
  function refresh(): void {
    const waits = diffs.shown() !== undefined;
    if (waits !== told) void vscode.commands.executeCommand("setContext", "pilot.diff.waits", waits);
    told = waits;
  }

  context.subscriptions.push(
    documents,
    vscode.window.tabGroups.onDidChangeTabs(refresh),
    vscode.window.tabGroups.onDidChangeTabGroups(refresh),
    board.onChange(refresh),
    board.onAnswered((ask) => void diffs.answered(ask)),
  );
  void reopen(parts, diffs).then(refresh);
  command(parts, "pilot.ask.diff", async (given) => {
    const id = askIn(given) ?? (await pickEdit(parts));
    if (id === undefined) return;
    await diffs.show(id);
    refresh();
  });
  command(parts, "pilot.diff.approve", () => diffs.decide("pilot.ask.approve"));
  command(parts, "pilot.diff.deny", () => diffs.decide("pilot.ask.deny"));
  command(parts, "pilot.session.changes", async (given) => {
    const session = await sessionFor(board, given, vscode.l10n.t("Show the changes of which session?"), changed);
    if (session) await changes.show(session);
  });
}

/**
 * A window that was loaded again has its diffs without their texts: they were looked for before this extension was there.
 * Open the one in front anew if its ask still waits; the others are a click away.
 */
async function reopen({ hub, log }: Parts, diffs: AskDiffs): Promise<void> {
  const front = ownerIn(activeTab());
  await vscode.window.tabGroups.close(tabsOfAll(), true);
  if (front === undefined || sessionIn(front) !== undefined) return;
  try {
    await connected(hub, RELOAD_MS);
    await diffs.show(front);
  } catch (error) {
    log.info(`the diff of ${front} stays closed: ${String(error)}`);
  }
}

async function pickEdit({ board }: Parts): Promise<string | undefined> {
  const edits = board.waiting.filter((ask) => ask.files.length);
  if (!edits.length) throw new HubError("not_found", vscode.l10n.t("No edit waits for an answer."));
  return (await pickAsk(edits, vscode.l10n.t("Show which edit?")))?.id;
}

function changed(session: { files: unknown[] }): boolean {
  return session.files.length > 0;
}
