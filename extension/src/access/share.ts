/** Lets somebody watch, for a while. */
import * as vscode from "vscode";
import { titleOf } from "../../../webview/js/select.js";
import { brief } from "../asks/plain";
import { sessionFor } from "../commands/pick";
import { sessionIn } from "../commands/targets";
import type { Parts } from "../parts";
import { forWatching, type Invitation } from "./invitation";

const HOUR = 60 * 60_000; // ms
const TITLE = 60; // characters

/** Ask for a session and for how long; undefined if the person gave up. */
export async function askWhatToShare(parts: Parts, given: unknown): Promise<Invitation | undefined> {
  const all = sessionIn(given) === undefined ? await pickWhat() : "one";
  if (!all) return undefined;
  if (all === "all") return withLimit(vscode.l10n.t("Share every session"), undefined);
  const session = await sessionFor(parts.board, given, vscode.l10n.t("Share which session?"));
  return session && withLimit(vscode.l10n.t("Share “{0}”", brief(titleOf(session), TITLE)), session.id);
}

async function pickWhat(): Promise<"one" | "all" | undefined> {
  const items = [
    { label: vscode.l10n.t("One session"), detail: vscode.l10n.t("and its sub-agents"), what: "one" as const },
    {
      label: vscode.l10n.t("Every session"),
      detail: vscode.l10n.t("of every project, also later ones"),
      what: "all" as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Let somebody watch what?") }))?.what;
}

async function withLimit(title: string, sessionId: string | undefined): Promise<Invitation | undefined> {
  const items = [
    { label: vscode.l10n.t("For an hour"), ms: HOUR },
    { label: vscode.l10n.t("For a day"), ms: 24 * HOUR },
    { label: vscode.l10n.t("For a week"), ms: 7 * 24 * HOUR },
    { label: vscode.l10n.t("Until I end it"), ms: undefined },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("For how long?") });
  return picked && forWatching(title, sessionId, picked.ms);
}
