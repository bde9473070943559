/** Shows how each agent is reached, and connects one. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import { plain } from "../asks/plain";
import { HubError, type Installation } from "../hub";
import type { Parts } from "../parts";
import type { AgentStatus } from "../protocol.gen";
import { isTrusted } from "./trusted";

/** Let a person choose an agent, and run Pilot's installer for it where it can be watched. */
export async function connectAgent({ hub, board }: Parts): Promise<void> {
  const agents = Object.values(board.state.agents).filter(({ agent }) => agent !== "demo");
  if (!agents.length)
    throw new HubError("unreachable", vscode.l10n.t("Pilot is not connected yet. Try again in a moment."));
  const items = agents.map((status) => ({
    label: `$(${icon(status)}) ${agentName(status.agent)}`,
    description: [status.version, statusWords(status)].filter(Boolean).join(" · "),
    detail: plain(status.message ?? ""),
    status,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Connect which agent?"),
    matchOnDetail: true,
  });
  if (!picked || !(await isTrusted(vscode.l10n.t("Pilot runs nothing while the workspace is not trusted.")))) return;
  await install(picked.status.agent, await hub.installed?.());
}

/** How an agent is reached, in a few words. */
export function statusWords({ state, connections, unknownEvents }: AgentStatus): string {
  switch (state) {
    case "connected":
      return vscode.l10n.t("connected ({0})", connections);
    case "ready":
      return vscode.l10n.t("ready");
    case "degraded":
      return Object.keys(unknownEvents).length
        ? vscode.l10n.t("reached in part, says things Pilot does not know")
        : vscode.l10n.t("reached in part");
    case "not_installed":
      return vscode.l10n.t("not connected");
  }
}

function icon({ state }: AgentStatus): string {
  return { connected: "pass", ready: "circle-outline", degraded: "warning", not_installed: "circle-slash" }[state];
}

/** A task keeps its terminal open when it is done, so that what it said can be read. */
async function install(agent: string, installation: Installation | undefined): Promise<void> {
  const [program, ...words] = installation?.command ?? [];
  if (!installation || program === undefined)
    throw new HubError(
      "no_python",
      vscode.l10n.t("Pilot is not installed on this machine yet."),
      vscode.l10n.t("“Pilot: Check the Setup” says what is missing."),
    );
  const run = new vscode.ProcessExecution(program, [...words, "init", agent], {
    env: { PILOT_HOME: installation.home },
  });
  const name = vscode.l10n.t("Connect {0}", agentName(agent));
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Workspace, name, "Pilot", run, []);
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    focus: true,
    panel: vscode.TaskPanelKind.Dedicated,
  };
  await vscode.tasks.executeTask(task);
}
