/** Waits for the hub, for as long as a person would. */
import * as vscode from "vscode";
import { type Hub, HubError } from "./hub";

/** Resolve once the hub is connected; rejects when it cannot be, or not within `limit` milliseconds. */
export async function connected(hub: Hub, limit: number): Promise<void> {
  const ended = hub.state.kind;
  if (ended === "connected") return;
  if (ended === "failed" || ended === "stopped") throw unreachable(hub);
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      if (hub.state.kind === "starting" || hub.state.kind === "reconnecting") return;
      finish();
      if (hub.state.kind === "connected") resolve();
      else reject(unreachable(hub));
    };
    const timer = setTimeout(() => {
      finish();
      reject(unreachable(hub));
    }, limit);
    const listening = hub.onState(settle);
    const finish = (): void => {
      clearTimeout(timer);
      listening.dispose();
    };
  });
}

function unreachable({ state }: Hub): HubError {
  if (state.kind === "failed") return new HubError(state.problem.code, state.problem.message, state.problem.hint);
  if (state.kind === "stopped")
    return new HubError("unreachable", vscode.l10n.t("Pilot is stopped. Run “Pilot: Start”."));
  return new HubError("unreachable", vscode.l10n.t("Pilot is not connected yet. Try again in a moment."));
}
