/** The first steps, shown unasked once, and only to whoever has no agent yet. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import type { AgentStatus } from "../protocol.gen";

const SEEN = "pilot.walkthrough.seen";

/** Open the walkthrough. */
export async function openWalkthrough({ context }: Parts): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`, false);
}

/** Keep `pilot.agents` (agents at hand) up to date, and welcome whoever has none. */
export function welcome(parts: Parts): void {
  const { board, context } = parts;
  let told: number | undefined;
  const look = (): void => {
    if (!board.live) return;
    const count = atHand(Object.values(board.state.agents)).length;
    if (count !== told) void vscode.commands.executeCommand("setContext", "pilot.agents", count);
    told = count;
    if (context.globalState.get(SEEN)) return;
    void context.globalState.update(SEEN, true);
    if (!count) void openWalkthrough(parts);
  };
  context.subscriptions.push(board.onChange(look));
}

/** Agents that are on this machine; a recording is none. */
export function atHand(agents: AgentStatus[]): AgentStatus[] {
  return agents.filter(({ agent, state }) => agent !== "demo" && state !== "not_installed");
}
