/** A pending edit in the native diff editor, from its opening to its answer. */
import * as vscode from "vscode";
import { outcome } from "../../../webview/js/format.js";
import { agentName } from "../../../webview/js/select.js";
import { plain } from "../asks/plain";
import type { Board } from "../board";
import { type Hub, HubError } from "../hub";
import type { Ask } from "../protocol.gen";
import type { DiffDocuments } from "./documents";
import { openEdit } from "./open";
import { nameOf, type Pair, type Plan, planOf } from "./plan";
import { activeTab, ownerIn, tabsOf, versionIn } from "./tabs";

const SAID_MS = 8_000; // how long the status bar says who answered

export class AskDiffs {
  /** Asks that are being answered from their diff. */
  readonly #deciding = new Set<string>();

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
    private readonly documents: DiffDocuments,
  ) {}

  /** Open an ask's edit. */
  async show(id: string): Promise<void> {
    const ask = waiting(await this.#ask(id));
    const plan = await this.#plan(ask);
    if (!plan.pairs.length && !plan.gaps.length)
      throw new HubError("unsupported", vscode.l10n.t("This ask changes no files."));
    waiting(await this.#ask(id)); // it may have been answered meanwhile
    const title = (pairs: Pair[]) => titleOf(ask, pairs, plan.gaps.length);
    await openEdit(this.documents, { owner: id, version: ask.digest, directory: ask.directory, title, plan });
  }

  /** Answer the ask whose diff is in front. */
  async decide(command: "pilot.ask.approve" | "pilot.ask.deny"): Promise<void> {
    const ask = this.shown();
    if (!ask) throw new HubError("conflict", vscode.l10n.t("The diff in front belongs to nothing that waits."));
    this.#deciding.add(ask.id);
    try {
      await vscode.commands.executeCommand(command, ask.id);
    } finally {
      this.#deciding.delete(ask.id);
    }
  }

  /** The ask that waits and whose diff is in front; only if it is still the one that was shown. */
  shown(): Ask | undefined {
    const tab = activeTab();
    const ask = this.board.state.asks[ownerIn(tab) ?? ""];
    if (ask?.state !== "pending" || !this.board.live) return undefined;
    return versionIn(tab) === ask.digest ? ask : undefined;
  }

  /** Close an answered ask's diff, and say who answered if it was not here. */
  async answered(ask: Ask): Promise<void> {
    const tabs = tabsOf(ask.id).filter((tab) => !tab.isPinned);
    if (!tabs.length) return;
    if (!this.#deciding.has(ask.id))
      vscode.window.setStatusBarMessage(`$(diff) ${plain(`${ask.title}: ${outcome(ask)}`)}`, SAID_MS);
    await vscode.window.tabGroups.close(tabs, true);
    this.documents.forget(ask.id);
  }

  async #ask(id: string): Promise<Ask> {
    return this.board.state.asks[id] ?? (await this.hub.call("asks.get", { id }));
  }

  async #plan(ask: Ask): Promise<Plan> {
    const { files } = await this.hub.call("asks.files", { id: ask.id });
    return planOf(files, new Map(ask.files.map((file) => [file.path, file.patch ?? ""])));
  }
}

function waiting(ask: Ask): Ask {
  if (ask.state !== "pending") throw new HubError("conflict", `${outcome(ask)}.`);
  return ask;
}

/** "OpenCode wants to edit app.py", "OpenCode wants to edit", to which VS Code adds the number of files. */
function titleOf(ask: Ask, shown: readonly Pair[], hidden: number): string {
  const agent = agentName(ask.agent);
  const [file, ...more] = shown;
  if (!file || more.length)
    return hidden
      ? vscode.l10n.t("{0} wants to edit these, and {1} not shown", agent, hidden)
      : vscode.l10n.t("{0} wants to edit", agent);
  if (hidden) return vscode.l10n.t("{0} wants to edit {1}, and {2} not shown", agent, nameOf(file.path), hidden);
  return titleOfOne(agent, file.status, nameOf(file.path));
}

function titleOfOne(agent: string, status: string, name: string): string {
  if (status === "added") return vscode.l10n.t("{0} wants to create {1}", agent, name);
  if (status === "deleted") return vscode.l10n.t("{0} wants to delete {1}", agent, name);
  return vscode.l10n.t("{0} wants to edit {1}", agent, name);
}
