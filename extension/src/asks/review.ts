/** The second step: one ask with everything it says, and every way to decide it. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask } from "../protocol.gen";
import { attend, type Ending, type Result } from "./attend";
import type { Decider, Verdict } from "./decide";
import type { AskDocuments } from "./documents";
import { type Offer, offersOf } from "./offers";
import { plain } from "./plain";
import { answersTo } from "./questions";
import { wholeRows } from "./whole";
import { iconOf, titleOfAsk, whoAsks } from "./words";

const ROWS = 9; // leaves room for the ways to decide: rows of what is asked before the rest is in a document only

type Line = vscode.QuickPickItem & { offer?: Offer; open?: "whole" | "diff" };

export class Review {
  constructor(
    private readonly board: Board,
    private readonly decider: Decider,
    private readonly documents: AskDocuments,
  ) {}

  /** Show an ask until it is decided or the person leaves. */
  async open(ask: Ask): Promise<Verdict | Ending> {
    const offers = offersOf(ask, this.board.state.sessions[ask.sessionId]?.capabilities);
    const result = await this.#choose(ask, offers);
    if ("ended" in result) return result.ended === "changed" ? this.#again(ask.id) : result.ended;
    return this.carryOut(ask, result.value);
  }

  /** Do what an offer says, after what still has to be asked. */
  async carryOut(ask: Ask, offer: Offer): Promise<Verdict | Ending> {
    if (offer.id === "answer") return this.answer(ask);
    if (offer.id === "note") return this.denyWithNote(ask);
    return this.decider.decide(ask, offer.decision);
  }

  /** Ask its questions one after another. */
  async answer(ask: Ask): Promise<Verdict | Ending> {
    const result = await answersTo(this.board, ask);
    if ("value" in result) return this.decider.decide(ask, { kind: "answer", answers: result.value });
    if (result.ended === "changed") return this.#again(ask.id);
    return result.ended === "back" ? this.open(ask) : result.ended;
  }

  /** Ask what the agent should do instead. */
  async denyWithNote(ask: Ask): Promise<Verdict | Ending> {
    const input = vscode.window.createInputBox();
    input.title = vscode.l10n.t("Deny: {0}", titleOfAsk(ask));
    input.prompt = vscode.l10n.t("Tell the agent what to do instead. Escape decides nothing.");
    input.ignoreFocusOut = true;
    input.buttons = [vscode.QuickInputButtons.Back];
    const result = await attend<string>(this.board, ask, input, (settle) => [
      input.onDidAccept(() => settle({ value: input.value.trim() })),
      input.onDidTriggerButton(() => settle({ ended: "back" })),
    ]);
    if ("value" in result)
      return this.decider.decide(ask, { kind: "deny", ...(result.value ? { message: result.value } : {}) });
    return result.ended === "back" ? this.open(ask) : result.ended;
  }

  async #choose(ask: Ask, offers: Offer[]): Promise<Result<Offer>> {
    const pick = vscode.window.createQuickPick<Line>();
    const told = wholeRows(ask);
    pick.title = `${titleOfAsk(ask)} (${whoAsks(this.board.state, ask)})`;
    pick.placeholder = vscode.l10n.t("Read it, then choose below. Escape decides nothing.");
    pick.items = [...askedLines(ask, told), ...offerLines(offers)];
    pick.ignoreFocusOut = true; // reading the document must not close it
    pick.buttons = [vscode.QuickInputButtons.Back];
    if (told.length > ROWS && !ask.files.length) await this.documents.show(ask);
    return attend<Offer>(this.board, ask, pick, (settle) => [
      pick.onDidAccept(() => this.#accept(ask, pick.selectedItems[0], settle)),
      pick.onDidTriggerButton(() => settle({ ended: "back" })),
    ]);
  }

  #accept(ask: Ask, line: Line | undefined, settle: (result: Result<Offer>) => void): void {
    if (line?.offer) settle({ value: line.offer });
    else if (line?.open === "diff") void vscode.commands.executeCommand("pilot.ask.diff", ask.id);
    else if (line) void this.documents.show(ask);
  }

  /** It is another one now: show what it became. */
  async #again(id: string): Promise<Verdict | Ending> {
    const now = this.board.state.asks[id];
    return now?.state === "pending" ? this.open(now) : "gone";
  }
}

/** What is asked comes first, so that Enter alone never allows anything. */
function askedLines(ask: Ask, told: string[]): Line[] {
  const lines: Line[] = told.slice(0, ROWS).map((row) => ({ label: plainRow(row), alwaysShow: true, open: "whole" }));
  const rest = told.length - ROWS;
  if (rest > 0)
    lines.push({
      label: vscode.l10n.t("$(ellipsis) {0} more lines: see the document", rest),
      alwaysShow: true,
      open: "whole",
    });
  if (ask.files.length)
    lines.unshift({ label: `$(diff) ${vscode.l10n.t("Show diff")}`, alwaysShow: true, open: "diff" });
  if (!lines.length) lines.push({ label: `$(${iconOf(ask)}) ${titleOfAsk(ask)}`, alwaysShow: true, open: "whole" });
  return [separator(vscode.l10n.t("what is asked")), ...lines];
}

function offerLines(offers: Offer[]): Line[] {
  const lines = offers.map((offer) => ({
    label: `$(${offer.icon}) ${offer.label}`,
    ...(offer.told ? { detail: plain(offer.told) } : {}),
    offer,
  }));
  return [separator(vscode.l10n.t("decide")), ...lines];
}

/** A row keeps its indent: in commands and patches it means something. */
function plainRow(row: string): string {
  const indent = row.length - row.trimStart().length;
  return `${"\u2007".repeat(indent)}${plain(row)}`;
}

function separator(label: string): Line {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
