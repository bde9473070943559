/** Says that an agent tried to do what only a person may. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import { brief } from "../asks/plain";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { SelfApproval } from "../protocol.gen";
import { isWindowFor } from "../where";

const NAME = 60; // characters
const DECIDE = "asks.decide";

/** One message an agent at a time: it may try as often as it likes. */
export class Attempts implements vscode.Disposable {
  readonly #open = new Set<string>();
  readonly #counts = new Map<string, number>();
  readonly #listening: vscode.Disposable;

  constructor(
    private readonly hub: Hub,
    board: Board,
  ) {
    this.#listening = board.onEvent((event) => {
      if (event.type === "pilot.self_approval.refused") void this.#tell(event.attempt);
    });
  }

  dispose(): void {
    this.#listening.dispose();
  }

  async #tell(attempt: SelfApproval): Promise<void> {
    const whose = `${attempt.agent} ${attempt.sessionId ?? ""}`;
    const count = (this.#counts.get(whose) ?? 0) + 1;
    this.#counts.set(whose, count);
    if (this.#open.has(whose)) return;
    this.#open.add(whose);
    try {
      if (await this.#isOurs(attempt)) await offer(attempt, count);
    } finally {
      this.#open.delete(whose);
    }
  }

  #isOurs({ sessionId }: SelfApproval): Promise<boolean> {
    return isWindowFor(this.hub, sessionId ? { kind: "session", id: sessionId } : { kind: "pair" }, "");
  }
}

async function offer(attempt: SelfApproval, count: number): Promise<void> {
  const show = vscode.l10n.t("Show Session");
  const { sessionId } = attempt;
  const buttons = sessionId ? [show] : [];
  const chosen = await vscode.window.showWarningMessage(wordsOf(attempt, count), ...buttons);
  if (chosen === show) await vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id: sessionId });
}

function wordsOf(attempt: SelfApproval, count: number): string {
  const said = attempt.certain ? certainWords(attempt) : doubtfulWords(attempt);
  return count > 1 ? `${said} ${vscode.l10n.t("It tried {0} times so far.", count)}` : said;
}

function certainWords({ agent, program, call }: SelfApproval): string {
  const [who, by] = [brief(agentName(agent), NAME), brief(program, NAME)];
  if (call === DECIDE) return vscode.l10n.t("{0} tried to answer its own question, by “{1}”. Pilot refused.", who, by);
  const what = brief(call, NAME);
  return vscode.l10n.t("{0} tried to use Pilot as if it were you: {1}, by “{2}”. Pilot refused.", who, what, by);
}

/** It may have been the person, from a place that cannot be told from an agent's. */
function doubtfulWords({ agent, program, call }: SelfApproval): string {
  const [who, by, what] = [brief(agentName(agent), NAME), brief(program, NAME), brief(call, NAME)];
  return vscode.l10n.t("“{0}”, which {1} may have started, tried to use Pilot: {2}. Pilot refused.", by, who, what);
}
