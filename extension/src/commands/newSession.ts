/** Starts a session: which agent, in which folder, with which words. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import { startsOf } from "../../../webview/js/writing/starts.js";
import type { Parts } from "../parts";
import type { AgentStatus } from "../protocol.gen";
import { chooseStart } from "./startOptions";
import { isTrusted } from "./trusted";

type Start = ReturnType<typeof startsOf>[number];

/** Ask what is needed and start it; stops quietly wherever the person does. */
export async function newSession({ hub, board }: Parts): Promise<void> {
  if (
    !(await isTrusted(
      vscode.l10n.t("An agent works in the folder it starts in, so Pilot starts none in a workspace you do not trust."),
    ))
  )
    return;
  const start = await pickAgent(startsOf(board.state), board.state.agents);
  const directory = start && (await pickFolder(start));
  if (!start || !directory) return;
  const options = hub
    .call("agents.options", { id: start.agent, directory })
    .catch(() => ({ models: [], policies: [] }));
  const text = await askPrompt(agentName(start.agent), directory);
  const choice = text && (await chooseStart(await options));
  if (!text || !choice) return;
  const title = vscode.l10n.t("Starting {0}…", agentName(start.agent));
  const { sessionId } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title },
    () => hub.call("sessions.create", { agent: start.agent, directory, prompt: { text }, ...choice }),
  );
  await vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id: sessionId });
}

async function pickAgent(starts: Start[], agents: Record<string, AgentStatus>): Promise<Start | undefined> {
  if (!starts.length) return offerAgents();
  if (starts.length === 1) return starts[0];
  const items = starts.map((start) => ({
    label: agentName(start.agent),
    description: agents[start.agent]?.version ?? "",
    detail: start.anywhere ? "" : vscode.l10n.t("only beside a session that runs"),
    start,
  }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("New session with which agent?") }))?.start;
}

async function offerAgents(): Promise<undefined> {
  const connect = vscode.l10n.t("Connect an Agent");
  const message = vscode.l10n.t("No agent that Pilot can start is connected here.");
  if ((await vscode.window.showInformationMessage(message, connect)) === connect)
    await vscode.commands.executeCommand("pilot.agents.connect");
  return undefined;
}

async function pickFolder({ agent, anywhere, folders }: Start): Promise<string | undefined> {
  const here = (vscode.workspace.workspaceFolders ?? [])
    .map((folder) => folder.uri)
    .filter(({ scheme }) => scheme === "file");
  const mine = here.map((uri) => uri.fsPath).filter((path) => anywhere || folders.includes(path));
  const known = folders.filter((folder) => !mine.includes(folder));
  const other = vscode.l10n.t("Another folder…");
  const items: vscode.QuickPickItem[] = [
    ...mine.map((label) => ({ label, description: vscode.l10n.t("this window") })),
    ...known.map((label) => ({ label })),
    ...(anywhere ? [{ label: other, iconPath: new vscode.ThemeIcon("folder-opened") }] : []),
  ];
  const title = vscode.l10n.t("Start {0} in which folder?", agentName(agent));
  const picked = (await vscode.window.showQuickPick(items, { title }))?.label;
  return picked === other ? browse() : picked;
}

async function browse(): Promise<string | undefined> {
  const [folder] = (await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true })) ?? [];
  return folder?.fsPath;
}

async function askPrompt(agent: string, directory: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("New {0} session in {1}", agent, directory),
    prompt: vscode.l10n.t("What shall it do?"),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() ? undefined : vscode.l10n.t("A session starts with a prompt.")),
  });
}
