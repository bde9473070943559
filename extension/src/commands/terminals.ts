/** Agents as terminal profiles. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import type { Parts } from "../parts";
import { isTrusted } from "./trusted";

const OPENS_MS = 10_000;
const HOMES: Record<string, string> = {
  opencode: "https://opencode.ai",
  codex: "https://developers.openai.com/codex",
  claude: "https://code.claude.com",
};

/** Add a profile for each agent. */
export function registerTerminals({ context }: Parts): void {
  for (const agent of Object.keys(HOMES))
    context.subscriptions.push(
      vscode.window.registerTerminalProfileProvider(`pilot.${agent}`, {
        provideTerminalProfile: () => profileOf(agent),
      }),
    );
}

async function profileOf(agent: string): Promise<vscode.TerminalProfile> {
  const why = vscode.l10n.t(
    "An agent works in the folder it starts in, so Pilot starts none in a workspace you do not trust.",
  );
  if (!(await isTrusted(why))) return none(agent);
  const shellPath = await find(agent, process.env);
  if (shellPath === undefined) {
    void offerInstall(agent);
    return none(agent);
  }
  showNext();
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return new vscode.TerminalProfile({
    name: agentName(agent),
    shellPath,
    iconPath: new vscode.ThemeIcon("hubot"),
    ...(folder ? { cwd: folder } : {}),
  });
}

/** Bring the terminal that comes of a profile into view: VS Code makes it, but leaves its panel closed. */
function showNext(): void {
  const opened = vscode.window.onDidOpenTerminal((terminal) => {
    clearTimeout(timer);
    opened.dispose();
    terminal.show();
  });
  const timer = setTimeout(() => opened.dispose(), OPENS_MS); // none came: the next one is none of ours
}

/** A terminal that is gone at once: without one VS Code adds an error message of its own to ours. */
function none(agent: string): vscode.TerminalProfile {
  const closed = new vscode.EventEmitter<void>();
  const pty = {
    onDidWrite: new vscode.EventEmitter<string>().event,
    onDidClose: closed.event,
    open: () => closed.fire(),
  };
  return new vscode.TerminalProfile({ name: agentName(agent), pty: { ...pty, close: () => closed.dispose() } });
}

/** Return the whole path of a program, as a shell would find it. */
export async function find(program: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const endings = process.platform === "win32" ? (env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  for (const folder of (env.PATH ?? "").split(delimiter).filter(Boolean))
    for (const ending of endings) {
      const path = join(folder, program + ending);
      if (await canRun(path)) return path;
    }
  return undefined;
}

async function canRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function offerInstall(agent: string): Promise<void> {
  const name = agentName(agent);
  const how = vscode.l10n.t("How to Install It");
  const message = vscode.l10n.t("{0} was not found on PATH. If you just installed it, restart VS Code.", name);
  const chosen = await vscode.window.showWarningMessage(message, how);
  if (chosen === how) await vscode.env.openExternal(vscode.Uri.parse(HOMES[agent] ?? ""));
}
