/** What a device may do, in words. */
import * as vscode from "vscode";
import type { Scope } from "../protocol.gen";

/** "operator". */
export function roleName(scope: Scope): string {
  switch (scope) {
    case "view":
      return vscode.l10n.t("viewer");
    case "approve":
      return vscode.l10n.t("approver");
    case "operate":
      return vscode.l10n.t("operator");
    case "admin":
      return vscode.l10n.t("administrator");
  }
}

/** "answers what agents ask": of a device. */
export function roleWords(scope: Scope): string {
  switch (scope) {
    case "view":
      return vscode.l10n.t("sees every session, changes nothing");
    case "approve":
      return vscode.l10n.t("answers what agents ask");
    case "operate":
      return vscode.l10n.t("answers what agents ask, sends prompts, starts and stops sessions");
    case "admin":
      return vscode.l10n.t("does what an operator does, lets other devices in, changes settings");
  }
}

// The first is chosen by Enter. All that a phone is for, and nothing with which whoever finds a lost one could stay in.
const OFFERED: readonly Scope[] = ["operate", "approve", "view", "admin"];

/** Ask for a role; undefined if the person gave up. */
export async function pickRole(title: string, now?: Scope): Promise<Scope | undefined> {
  const items = OFFERED.map((scope) => ({
    label: roleName(scope),
    description: scope === now ? vscode.l10n.t("as it is now") : "",
    detail: roleWords(scope),
    scope,
  }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.scope;
}
