/** What a tree says above its lines while the hub is not there. */
import * as vscode from "vscode";
import type { HubState } from "../hub";

/** Words for a view whose lines may be old; nothing while they are the present, or when its welcome says it. */
export function standingWords(state: HubState): string | undefined {
  if (state.kind === "starting") return state.step || vscode.l10n.t("Pilot is starting…");
  if (state.kind === "reconnecting") return vscode.l10n.t("Connecting again; this may be old.");
  return undefined;
}

/** Whether lines are worth showing: not when nobody will bring them up to date. */
export function hasLines({ kind }: HubState): boolean {
  return kind !== "stopped" && kind !== "failed";
}
