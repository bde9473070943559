/** Notices that nobody has to answer: work that is done, failed or stuck, money that is spent. */
import * as vscode from "vscode";
import { titleOf } from "../../../webview/js/select.js";
import { brief } from "../asks/plain";
import type { Board } from "../board";
import type { Notice, Session } from "../protocol.gen";
import type { Assigned } from "./assigned";
import { Stuck } from "./stuck";

const GATHER_MS = 100; // what is over at once, or happens in one moment, is looked at together
const MOST = 3; // messages of one moment
const MOMENT_MS = 10_000; // about as long as VS Code shows a message
const NAME = 60; // characters
const TITLE = 200;
const BODY = 400;

export class News implements vscode.Disposable {
  #gathered: Notice[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** When the latest messages were shown. */
  #shown: number[] = [];
  readonly #stuck: Stuck;
  readonly #listening: vscode.Disposable;

  constructor(
    private readonly board: Board,
    private readonly assigned: Assigned,
    private readonly inView: () => boolean,
  ) {
    this.#stuck = new Stuck(assigned);
    this.#listening = assigned.onNews((notice) => this.#gather(notice));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    vscode.Disposable.from(this.#listening, this.#stuck).dispose();
  }

  #gather(notice: Notice): void {
    this.#gathered.push(notice);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell(this.#gathered.splice(0).filter((one) => this.assigned.has(one) && this.#wanted(one)));
    }, GATHER_MS);
  }

  #wanted({ kind }: Notice): boolean {
    const settings = vscode.workspace.getConfiguration("pilot.notifications");
    if (kind === "error") return settings.get<boolean>("errors") ?? true;
    return kind !== "finished" || (Boolean(settings.get("finished") ?? true) && !this.inView());
  }

  #tell(notices: Notice[]): void {
    const now = Date.now();
    this.#shown = this.#shown.filter((at) => now - at < MOMENT_MS);
    const room = MOST - this.#shown.length;
    const alone = notices.length <= room ? notices : notices.slice(0, Math.max(0, room - 1));
    for (const notice of alone) this.#show(notice);
    this.#summarise(notices.length - alone.length);
  }

  #show(notice: Notice): void {
    this.#shown.push(Date.now());
    const session = notice.sessionId === undefined ? undefined : this.board.state.sessions[notice.sessionId];
    if (notice.kind === "stuck") this.#stuck.show(notice, wordsOf(notice, session));
    else void this.#offer(notice, session);
  }

  async #offer(notice: Notice, session: Session | undefined): Promise<void> {
    const [show, review] = [vscode.l10n.t("Show Session"), vscode.l10n.t("Review Changes")];
    const { kind, sessionId } = notice;
    const buttons = [...(session ? [show] : []), ...(kind === "finished" && session?.files.length ? [review] : [])];
    const tell = kind === "finished" || kind === "test" ? "showInformationMessage" : "showWarningMessage";
    const chosen = await vscode.window[tell](wordsOf(notice, session), ...buttons);
    if (chosen === show)
      await vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id: sessionId });
    if (chosen === review) await vscode.commands.executeCommand("pilot.session.changes", sessionId);
  }

  /** One message for all that found no room. */
  #summarise(amount: number): void {
    if (!amount) return;
    this.#shown.push(Date.now());
    const open = vscode.l10n.t("Open Dashboard");
    const text =
      amount === 1 ? vscode.l10n.t("1 more session has news.") : vscode.l10n.t("{0} more sessions have news.", amount);
    void vscode.window
      .showInformationMessage(text, open)
      .then((chosen) => chosen && vscode.commands.executeCommand("pilot.dashboard.open"));
  }
}

/** Where it happened, what, and what the agent said last: on one line, with no link in it. */
function wordsOf({ title, body }: Notice, session: Session | undefined): string {
  const name = session && vscode.l10n.t("“{0}”:", brief(titleOf(session), NAME));
  return [name, body ? `${brief(title, TITLE)}.` : brief(title, TITLE), brief(body, BODY)].filter(Boolean).join(" ");
}
