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
import type { Plan } from "./plan";
import { SessionChanges } from "./sessionChanges";

const RELOAD_MS = 30_000; // how long a diff that a reload brought back waits for the hub

/** Add this folder's surfaces. */
export function registerDiff(parts: Parts): void {
  const { hub, board, context } = parts;
  const documents = new DiffDocuments(load);
  const diffs = new AskDiffs(hub, board, documents);
  const changes = new SessionChanges(hub, board, documents);
  let told: boolean | undefined;

  async function load(owner: string): Promise<Plan> {
    await connected(hub, RELOAD_MS);
    const session = sessionIn(owner);
    const plan = session === undefined ? await diffs.load(owner) : await changes.load(session);
    refresh();
    return plan;
  }

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

async function pickEdit({ board }: Parts): Promise<string | undefined> {
  const edits = board.waiting.filter((ask) => ask.files.length);
  if (!edits.length) throw new HubError("not_found", vscode.l10n.t("No edit waits for an answer."));
  return (await pickAsk(edits, vscode.l10n.t("Show which edit?")))?.id;
}

function changed(session: { files: unknown[] }): boolean {
  return session.files.length > 0;
}
