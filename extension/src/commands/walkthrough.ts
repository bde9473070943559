/** The first steps, shown unasked once, and only to whoever has no agent yet. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Parts } from "../parts";

const SEEN = "pilot.walkthrough.seen";

/** Open the walkthrough. */
export async function openWalkthrough({ context, board }: Parts): Promise<void> {
  await tellAgents(0); // a step is only done by a change that VS Code sees while the walkthrough is there
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`, false);
  await tellAgents(agentsAtHand(board));
}

/** Keep `pilot.agents` up to date, and welcome whoever has none. */
export function welcome(parts: Parts): void {
  const { board, context } = parts;
  let told: number | undefined;
  const look = (): void => {
    if (!board.live || !board.state.hub) return; // not the whole picture yet
    const count = agentsAtHand(board);
    if (count !== told) void tellAgents(count);
    told = count;
    if (context.globalState.get(SEEN)) return;
    void context.globalState.update(SEEN, true);
    if (!count) void openWalkthrough(parts);
  };
  context.subscriptions.push(board.onChange(look));
}

/** How many agents are on this machine; a recording is none. */
function agentsAtHand({ state }: Board): number {
  return Object.values(state.agents).filter(({ agent, state }) => agent !== "demo" && state !== "not_installed").length;
}

async function tellAgents(count: number): Promise<void> {
  await vscode.commands.executeCommand("setContext", "pilot.agents", count);
}
