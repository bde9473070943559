/** Whom a pairing code is for, and what it lets them do. */
import * as vscode from "vscode";
import type { PairParams, Scope } from "../protocol.gen";
import { roleName, roleWords } from "./roles";

export interface Invitation {
  params: PairParams & { scope: Scope };
  /** Heads the page. */
  title: string;
  /** What the code is good for. */
  does: string;
}

/** A device of the person's own. */
export function forPhone(scope: Scope): Invitation {
  return {
    params: { scope },
    title: vscode.l10n.t("Pair a phone"),
    does: vscode.l10n.t("The device becomes {0}: it {1}.", roleName(scope), roleWords(scope)),
  };
}

/** Somebody who watches; one session if one is named, else all. */
export function forWatching(title: string, sessionId?: string, lastsMs?: number): Invitation {
  const only = sessionId
    ? vscode.l10n.t("Whoever opens it watches this session and its sub-agents, and can change nothing.")
    : vscode.l10n.t("Whoever opens it watches every session, and can change nothing.");
  const until = lastsMs
    ? vscode.l10n.t("It ends by itself.")
    : vscode.l10n.t("It lasts until you end it: “Pilot: Devices…”.");
  return { params: { scope: "view", sessionId, lastsMs }, title, does: `${only} ${until}` };
}
