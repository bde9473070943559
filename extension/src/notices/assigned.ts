/**
 * What this window has to tell a person.
 *
 * The hub knows all windows and pages, and names the one that tells. A hub that knows no notices leaves it to the
 * windows: the one where the ask belongs tells of it.
 */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { Ask, Notice, NoticeRaised, NoticeWithdrawn } from "../protocol.gen";
import { isWindowFor } from "../where";

const MOST = 1_000; // notices that are remembered, so that none is told twice

export class Assigned implements vscode.Disposable {
  readonly #mine = new Map<string, Notice>();
  readonly #ask = new vscode.EventEmitter<Ask>();
  readonly #news = new vscode.EventEmitter<Notice>();
  readonly #takenBack = new vscode.EventEmitter<Notice>();
  readonly #sound = new vscode.EventEmitter<Notice["kind"]>();
  readonly #subscriptions: vscode.Disposable[];

  /** This window tells of an ask that waits. */
  readonly onAsk = this.#ask.event;
  /** It tells of something else. */
  readonly onNews = this.#news.event;
  /** It tells of this no more: it was dealt with, or another surface tells. */
  readonly onTakenBack = this.#takenBack.event;

  /** What it tells of is to be heard. */
  readonly onSound = this.#sound.event;

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
  ) {
    this.#subscriptions = [
      board.onEvent((event) => {
        if (event.type === "pilot.notice.raised" || event.type === "pilot.notice.withdrawn") void this.#hear(event);
      }),
      board.onAsked((ask) => void this.#decideAlone(ask)),
      board.onAnswered(({ id }) => this.#forget(id)),
    ];
  }

  /** Whether it is still this window's to tell. */
  has(notice: Notice): boolean {
    return this.#mine.has(notice.id);
  }

  /** An ask is another one now: a hub that knows notices says itself who tells of it. */
  changed(ask: Ask): void {
    void this.#decideAlone(ask);
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#ask, this.#news, this.#takenBack, this.#sound).dispose();
  }

  async #hear(event: NoticeRaised | NoticeWithdrawn): Promise<void> {
    const surface = await this.hub.surface();
    if (event.type === "pilot.notice.withdrawn") this.#takeBack(event.noticeId);
    else if (event.surface === undefined || event.surface !== surface) this.#takeBack(event.notice.id);
    else if (this.#take(event.notice) && event.sound) this.#sound.fire(event.notice.kind);
  }

  /** Return whether it is new here. */
  #take(notice: Notice): boolean {
    const ask = this.board.state.asks[notice.askId ?? ""];
    const waits = ask?.state === "pending" && ask.digest === notice.digest;
    if (this.#mine.has(notice.id) || (notice.kind === "ask" && !waits)) return false;
    this.#mine.set(notice.id, notice);
    for (const id of this.#mine.keys()) if (this.#mine.size > MOST) this.#mine.delete(id);
    if (notice.kind !== "ask") this.#news.fire(notice);
    else if (ask) this.#ask.fire(ask);
    return true;
  }

  #takeBack(id: string): void {
    const notice = this.#mine.get(id);
    this.#mine.delete(id);
    if (notice) this.#takenBack.fire(notice);
  }

  /** What waits no more may wait again: an agent that comes back asks anew what it asked before. */
  #forget(askId: string): void {
    for (const notice of this.#mine.values()) if (notice.askId === askId) this.#mine.delete(notice.id);
  }

  async #decideAlone(ask: Ask): Promise<void> {
    if ((await this.hub.surface()) !== undefined || this.hub.state.kind !== "connected") return;
    if (await isWindowFor(this.hub, { kind: "ask", id: ask.id }, ask.directory)) this.#ask.fire(ask);
  }
}
