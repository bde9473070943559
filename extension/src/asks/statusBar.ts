/** One glance: is Pilot there, how many sessions work, how many asks wait. */
import * as vscode from "vscode";
import { asksByRoot, isBusy } from "../../../webview/js/select.js";
import { headOf } from "../access/confirmationWords";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { Ask } from "../protocol.gen";
import { brief } from "./plain";
import { gistOf, whoAsks } from "./words";

const LISTED = 5; // asks in the tooltip
const PRIORITY = 50; // beside the problems, left of what languages say

/** What the item shows. */
interface Look {
  text: string;
  command: string;
  spoken: string;
  colour?: "warning" | "error";
  told: string[];
}

export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("pilot.status", vscode.StatusBarAlignment.Left, PRIORITY);
  readonly #subscriptions: vscode.Disposable[];
  #shown = "";

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
  ) {
    this.#item.name = "Pilot";
    const draw = (): void => this.#draw();
    this.#subscriptions = [hub.onState(draw), board.onChange(draw), board.onAsked(draw), board.onAnswered(draw)];
    this.#draw();
    this.#item.show();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#item).dispose();
  }

  #draw(): void {
    const look = this.#look();
    const all = JSON.stringify(look);
    if (all === this.#shown) return;
    this.#shown = all;
    this.#item.text = look.text;
    this.#item.command = look.command;
    this.#item.tooltip = tooltipOf(look.told);
    this.#item.accessibilityInformation = { label: look.spoken, role: "button" };
    this.#item.backgroundColor = look.colour && new vscode.ThemeColor(`statusBarItem.${look.colour}Background`);
  }

  #look(): Look {
    const { state } = this.hub;
    switch (state.kind) {
      case "connected":
        return this.#connected();
      case "starting":
        return quiet("sync~spin", [state.step || vscode.l10n.t("Pilot is starting…")], "pilot.logs");
      case "reconnecting":
        return quiet("sync~spin", [vscode.l10n.t("Pilot lost its hub and is connecting again…")], "pilot.logs");
      case "stopped":
        return quiet("circle-slash", stoppedWords(state.by), "pilot.start");
      case "failed":
        return { ...quiet("error", failedWords(state.problem), "pilot.start"), colour: "error" };
    }
  }

  #connected(): Look {
    const { waiting } = this.board;
    const wantIn = this.board.state.confirmations.map(headOf);
    const active = activeSessions(this.board);
    const spoken = [`Pilot: ${activeWords(active)}`, waitingWords(waiting.length), ...wantIn].join(", ");
    const sessions = active ? `$(rocket) ${active}` : "$(rocket) Pilot";
    if (!waiting.length && wantIn.length)
      return {
        text: `${sessions} · $(key) ${wantIn.length}`,
        command: "pilot.confirmations",
        spoken,
        colour: "warning",
        told: [...wantIn, vscode.l10n.t("Click: answer")],
      };
    if (!waiting.length)
      return {
        text: sessions,
        command: "pilot.dashboard.focus",
        spoken,
        told: [spoken, vscode.l10n.t("Click: dashboard")],
      };
    const told = [...this.#listed(waiting), ...wantIn, vscode.l10n.t("Click: answer")];
    return {
      text: `${sessions} · $(warning) ${waiting.length}`,
      command: "pilot.answer",
      spoken,
      colour: "warning",
      told,
    };
  }

  #listed(waiting: Ask[]): string[] {
    const first = waiting.slice(0, LISTED).map((ask) => `${whoAsks(this.board.state, ask)}: ${gistOf(ask, 120)}`);
    const rest = waiting.length - first.length;
    return rest > 0 ? [...first, vscode.l10n.t("and {0} more", rest)] : first;
  }
}

/** Sessions at the top that work or wait for a person. */
function activeSessions({ state }: Board): number {
  const waiting = asksByRoot(state);
  const roots = Object.values(state.sessions).filter((session) => !session.parentId);
  return roots.filter((session) => isBusy(session) || waiting.has(session.id)).length;
}

function activeWords(amount: number): string {
  if (!amount) return vscode.l10n.t("no session is active");
  return amount === 1 ? vscode.l10n.t("1 session is active") : vscode.l10n.t("{0} sessions are active", amount);
}

function waitingWords(amount: number): string {
  if (!amount) return vscode.l10n.t("nothing waits for you");
  return amount === 1 ? vscode.l10n.t("1 ask waits for you") : vscode.l10n.t("{0} asks wait for you", amount);
}

function quiet(icon: string, told: string[], command: string): Look {
  return { text: `$(${icon}) Pilot`, command, spoken: ["Pilot", ...told].join(": "), told };
}

function stoppedWords(by: string | undefined): string[] {
  const said = by ? vscode.l10n.t("Pilot was stopped by {0}.", brief(by, 60)) : vscode.l10n.t("Pilot is stopped.");
  return [said, vscode.l10n.t("Click: start")];
}

function failedWords({ message, hint }: { message: string; hint?: string | undefined }): string[] {
  return [message, ...(hint ? [hint] : []), vscode.l10n.t("Click: try again")];
}

/** Agents' words as text: nothing in them becomes a link, an image or a command. */
function tooltipOf(lines: string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const [at, line] of lines.entries()) text.appendText(at ? `\n\n${line}` : line);
  return text;
}
