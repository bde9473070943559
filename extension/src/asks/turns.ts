/** Says that a turn failed, or that a long one is done, where the hub knows no notices: others say it themselves. */
import * as vscode from "vscode";
import { agentName, isBusy, titleOf } from "../../../webview/js/select.js";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { Event, Session, SessionStopped } from "../protocol.gen";
import { isWindowFor } from "../where";
import { brief } from "./plain";

const WORDS_FOLLOW_MS = 100; // what went wrong may be told right after that it did
const NAME = 60; // characters
const TOLD = 300;
const LONG_MS = 60_000;

export class Turns implements vscode.Disposable {
  /** When the running turn of a session began. */
  readonly #began = new Map<string, number>();
  /** The connection went: turns may have ended unheard. */
  #missed = false;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
    private readonly inView: () => boolean,
  ) {
    this.#subscriptions = [
      hub.onEvent((event) => this.#take(event)),
      hub.onState(({ kind }) => {
        this.#missed ||= kind !== "connected";
      }),
      board.onChange(() => this.#forgetEnded()),
    ];
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #take(event: Event): void {
    switch (event.type) {
      case "pilot.prompt.received":
        this.#begin(event.sessionId, event.at);
        break;
      case "pilot.session.started":
      case "pilot.session.updated":
        if (isBusy(event.session)) this.#begin(event.sessionId, event.at);
        break;
      case "pilot.session.stopped":
        this.#stop(event);
        break;
      case "pilot.error":
        if (!event.sessionId && wants("errors")) void this.#tellError(event.message);
    }
  }

  #begin(id: string, at: number): void {
    if (!this.#began.has(id)) this.#began.set(id, at);
  }

  /** Else the next turn of a session would seem to have begun with the one whose end was missed. */
  #forgetEnded(): void {
    const { live, state } = this.board;
    if (!this.#missed || !live || this.hub.state.kind !== "connected") return;
    this.#missed = false;
    for (const id of this.#began.keys()) {
      const session = state.sessions[id];
      if (!session || !isBusy(session)) this.#began.delete(id);
    }
  }

  #stop({ sessionId, at, reason }: SessionStopped): void {
    const ran = at - (this.#began.get(sessionId) ?? at);
    this.#began.delete(sessionId);
    const session = this.board.state.sessions[sessionId];
    if (!session || session.parentId || this.inView()) return;
    if (reason === "error" && wants("errors")) setTimeout(() => void this.#tellFailed(sessionId), WORDS_FOLLOW_MS);
    else if (reason === "completed" && ran >= LONG_MS && wants("finished")) void this.#tellDone(session, ran);
  }

  async #tellError(message: string): Promise<void> {
    if (await this.#isAlone()) void vscode.window.showErrorMessage(brief(message, TOLD));
  }

  async #tellFailed(id: string): Promise<void> {
    const session = this.board.state.sessions[id];
    if (!session || !(await this.#isOurs(session))) return;
    const why = brief(session.lastError ?? "", TOLD) || vscode.l10n.t("the turn ended with an error.");
    const text = vscode.l10n.t("{0} failed in “{1}”: {2}", agentOf(session), nameOf(session), why);
    await this.#offer(session, (show) => vscode.window.showErrorMessage(text, show));
  }

  async #tellDone(session: Session, ran: number): Promise<void> {
    if (!(await this.#isOurs(session))) return;
    const text = vscode.l10n.t("{0} is done with “{1}” after {2}.", agentOf(session), nameOf(session), inWords(ran));
    await this.#offer(session, (show) => vscode.window.showInformationMessage(text, show));
  }

  async #isOurs(session: Session): Promise<boolean> {
    return (
      (await this.#isAlone()) && (await isWindowFor(this.hub, { kind: "session", id: session.id }, session.directory))
    );
  }

  async #isAlone(): Promise<boolean> {
    return (await this.hub.surface()) === undefined;
  }

  async #offer({ id }: Session, ask: (show: string) => Thenable<string | undefined>): Promise<void> {
    if (await ask(vscode.l10n.t("Show")))
      await vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id });
  }
}

function wants(what: "errors" | "finished"): boolean {
  return Boolean(vscode.workspace.getConfiguration("pilot").get(`notifications.${what}`));
}

function agentOf(session: Session): string {
  return brief(agentName(session.agent), NAME);
}

function nameOf(session: Session): string {
  return brief(titleOf(session), NAME);
}

/** "45 s", "3 min". */
function inWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? vscode.l10n.t("{0} s", seconds) : vscode.l10n.t("{0} min", Math.round(seconds / 60));
}
