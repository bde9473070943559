/** Where the hub stands, in the words that the page shows. */
import * as vscode from "vscode";
import type { HubState } from "../hub";
import { type Action, actionsFor } from "../sidecar/complaints";
import type { Away, Offer, ToPage } from "./messages";

/** Return what the page is told of a state. */
export function standing(state: HubState): Extract<ToPage, { type: "hub" }> {
  return { type: "hub", connected: state.kind === "connected", away: awayOf(state) };
}

function awayOf(state: HubState): Away | null {
  const { l10n } = vscode;
  switch (state.kind) {
    case "connected":
      return null;
    case "starting":
      return { message: state.step || l10n.t("Pilot is starting…"), coming: true, offers: [] };
    case "reconnecting":
      return { message: l10n.t("Pilot cannot be reached. Connecting again…"), coming: true, offers: [logs()] };
    case "stopped":
      return { ...stopped(state.by), coming: false, offers: [start(), logs()] };
    case "failed":
      return { ...wordsOf(state.problem), coming: false, offers: actionsFor(state.problem).map(offer) };
  }
}

function stopped(by: string | undefined): Pick<Away, "message" | "hint"> {
  const { l10n } = vscode;
  return {
    message: by ? l10n.t("Pilot was stopped by {0}.", by) : l10n.t("Pilot is stopped."),
    hint: l10n.t("Agents go on, and ask in their own terminals."),
  };
}

function wordsOf({ message, hint }: { message: string; hint?: string | undefined }): Pick<Away, "message" | "hint"> {
  return { message, hint };
}

function start(): Offer {
  return { command: "pilot.start", label: vscode.l10n.t("Start Pilot") };
}

function offer([label, command]: Action): Offer {
  return { command, label };
}

function logs(): Offer {
  return { command: "pilot.logs", label: vscode.l10n.t("Show Logs") };
}
