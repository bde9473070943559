/** Gathers what a person needs to see why something does not work. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import type { HubState } from "../hub";
import type { Parts } from "../parts";
import { sentence } from "../tell";
import { statusWords } from "./agents";
import { checksOf } from "./checks";
import { type Fact, report, type Section } from "./report";

const SCHEME = "pilot-doctor";

/** The report as a read-only document, made anew each time it is asked for. */
export class Doctor implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly #uri = vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t("Pilot setup")}.md` });
  readonly onDidChange = this.#changed.event;

  constructor(private readonly parts: Parts) {}

  dispose(): void {
    vscode.Disposable.from(this.#registered, this.#changed).dispose();
  }

  /** Look anew, and show what there is. */
  async show(): Promise<void> {
    this.#changed.fire(this.#uri);
    await vscode.window.showTextDocument(this.#uri, { preview: false });
  }

  async provideTextDocumentContent(): Promise<string> {
    const looked = [connection(this.parts), agents(this.parts), settings(this.parts), checks(this.parts)];
    const sections = [...(await Promise.all(looked)), editor(this.parts)];
    const words = { todo: vscode.l10n.t("What to do"), fine: vscode.l10n.t("Everything looks right.") };
    return report(vscode.l10n.t("Pilot setup"), sections, words);
  }
}

async function connection({ hub, board }: Parts): Promise<Section> {
  const info = await hub.installed?.();
  const command = info?.command?.join(" ");
  return {
    title: vscode.l10n.t("The hub"),
    facts: [
      stateOf(hub.state),
      ...known(vscode.l10n.t("Version"), board.state.hub?.version),
      ...known(vscode.l10n.t("Machine"), board.state.hub?.machine),
      ...known(vscode.l10n.t("Home"), info?.home),
      ...known(vscode.l10n.t("Command"), command),
      ...known(vscode.l10n.t("Python"), info?.python),
    ],
  };
}

function stateOf(state: HubState): Fact {
  const label = vscode.l10n.t("Connection");
  switch (state.kind) {
    case "connected":
      return { label, value: vscode.l10n.t("connected, process {0}", state.pid) };
    case "starting":
      return { label, value: vscode.l10n.t("starting {0}", state.step) };
    case "reconnecting":
      return { label, value: vscode.l10n.t("lost; trying again") };
    case "stopped": {
      const value = state.by ? vscode.l10n.t("stopped by {0}", state.by) : vscode.l10n.t("stopped");
      return { label, value, advice: vscode.l10n.t("Run “Pilot: Start” when you want it back.") };
    }
    case "failed": {
      const advice = state.problem.hint ?? vscode.l10n.t("Run “Pilot: Show Logs” to see more, then “Pilot: Restart”.");
      return { label, value: `${state.problem.message} (${state.problem.code})`, advice };
    }
  }
}

function agents({ board }: Parts): Section {
  const all = Object.values(board.state.agents).filter(({ agent }) => agent !== "demo");
  const facts = all.map((status) => {
    const value = [status.version, status.message ?? statusWords(status)].filter(Boolean).join(" · ");
    const advice = status.state === "degraded" ? `${agentName(status.agent)}: ${status.message ?? value}` : undefined;
    return { label: agentName(status.agent), value, advice };
  });
  if (board.live && all.every(({ state }) => state === "not_installed"))
    facts.push({
      label: vscode.l10n.t("Connected"),
      value: vscode.l10n.t("none"),
      advice: vscode.l10n.t("Install an agent, such as OpenCode or Codex, then run “Pilot: Connect an Agent…”."),
    });
  return { title: vscode.l10n.t("Agents"), facts };
}

async function settings({ hub }: Parts): Promise<Section> {
  const title = vscode.l10n.t("Settings");
  try {
    const view = await hub.call("settings.get", {});
    const label = vscode.l10n.t("Problem");
    const problems = view.problems.map((problem) => ({ label, value: problem, advice: problem }));
    const changed = view.settings
      .filter((one) => !one.secret && one.source !== "default")
      .map((one) => ({ label: one.env, value: `${one.value} (${one.source})` }));
    return { title, facts: [...problems, ...changed] };
  } catch (error) {
    return { title, facts: [{ label: vscode.l10n.t("Not known"), value: sentence(error) }] };
  }
}

/** What `pilot doctor` finds: its checks know more of this machine than the window does. */
async function checks({ hub }: Parts): Promise<Section> {
  const title = vscode.l10n.t("What “pilot doctor” finds");
  const found = await hub
    .installed?.()
    .then(checksOf)
    .catch(() => undefined);
  const unknown = { label: vscode.l10n.t("Not known"), value: vscode.l10n.t("it could not be asked") };
  const facts = found?.map(({ id, status, message, fix }) => {
    return { label: id, value: message, advice: status === "ok" ? undefined : `${message} ${fix ?? ""}` };
  });
  return { title, facts: facts ?? [unknown] };
}

function editor({ context }: Parts): Section {
  const { version } = context.extension.packageJSON;
  return {
    title: vscode.l10n.t("This editor"),
    facts: [
      { label: vscode.env.appName, value: vscode.version },
      { label: vscode.l10n.t("Extension"), value: String(version) },
      { label: vscode.l10n.t("Runs in"), value: vscode.env.remoteName ?? vscode.l10n.t("this machine") },
      {
        label: vscode.l10n.t("Workspace"),
        value: vscode.workspace.isTrusted ? vscode.l10n.t("trusted") : vscode.l10n.t("restricted"),
      },
    ],
  };
}

function known(label: string, value: string | undefined): Fact[] {
  return value ? [{ label, value }] : [];
}
