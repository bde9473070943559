/** The list of everything that waits, live. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask } from "../protocol.gen";
import type { Ending } from "./attend";
import type { Decider, Verdict } from "./decide";
import { type Offer, offersOf } from "./offers";
import { plain } from "./plain";
import type { Review } from "./review";
import { isBrief } from "./whole";
import { iconOf, subjectOf, titleOfAsk, whoAsks } from "./words";

const SAID_MS = 4_000;

interface Button extends vscode.QuickInputButton {
  offer?: Offer;
}

type Line = vscode.QuickPickItem & { ask: Ask; buttons: Button[] };

export class AskList {
  constructor(
    private readonly board: Board,
    private readonly decider: Decider,
    private readonly review: Review,
  ) {}

  /** Let the person go through what waits until they leave or nothing does. */
  async open(): Promise<void> {
    for (;;) {
      const ask = this.board.waiting.length ? await this.#choose() : undefined;
      if (!this.board.waiting.length) return nothingWaits();
      if (!ask || leaves(await this.#decide(ask))) return;
    }
  }

  /** Show one ask; the list follows if the person goes back. */
  async openAt(ask: Ask): Promise<void> {
    if ((await this.#decide(ask)) === "back") await this.open();
  }

  #decide(ask: Ask): Promise<Verdict | Ending> {
    return ask.kind === "question" && ask.decisions.includes("answer")
      ? this.review.answer(ask)
      : this.review.open(ask);
  }

  #choose(): Promise<Ask | undefined> {
    const pick = vscode.window.createQuickPick<Line>();
    pick.title = vscode.l10n.t("What waits for you");
    pick.placeholder = vscode.l10n.t("Enter shows everything about it and all ways to decide");
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.keepScrollPosition = true;
    return new Promise((resolve) => {
      const listening: vscode.Disposable[] = [];
      const close = (ask?: Ask): void => {
        vscode.Disposable.from(...listening, pick).dispose();
        resolve(ask);
      };
      const fill = (): void => (this.board.waiting.length ? this.#fill(pick) : close(undefined));
      listening.push(
        this.board.onChange(fill),
        pick.onDidAccept(() => close(pick.selectedItems[0]?.ask)),
        pick.onDidHide(() => close()),
        pick.onDidTriggerItemButton(({ item, button }) => this.#press(item.ask, button, close)),
      );
      this.#fill(pick);
      pick.show();
    });
  }

  /** Bring the list up to date, the same line under the cursor. */
  #fill(pick: vscode.QuickPick<Line>): void {
    const waiting = this.board.waiting;
    const same = waiting.length === pick.items.length && waiting.every((ask, at) => pick.items[at]?.ask === ask);
    if (same && pick.items.length) return;
    const active = pick.activeItems[0]?.ask.id;
    pick.items = waiting.map((ask) => this.#line(ask));
    const kept = pick.items.find((line) => line.ask.id === active);
    if (kept) pick.activeItems = [kept];
  }

  #line(ask: Ask): Line {
    const offers = offersOf(ask, this.board.state.sessions[ask.sessionId]?.capabilities);
    const label = `$(${iconOf(ask)}) ${titleOfAsk(ask)}`;
    return {
      label,
      description: whoAsks(this.board.state, ask),
      detail: subjectOf(ask),
      ask,
      buttons: buttonsOf(ask, offers),
    };
  }

  /** What needs reading or writing goes to the next step; what is plain is done here. */
  #press(ask: Ask, button: Button, close: (ask?: Ask) => void): void {
    const { offer } = button;
    if (!offer) void vscode.commands.executeCommand("pilot.ask.diff", ask.id);
    else if (offer.id === "deny" || offer.id === "release" || (offer.id === "approve" && isBrief(ask)))
      void this.decider.decide(ask, offer.decision);
    else if (offer.id === "note") {
      close();
      void this.review.denyWithNote(ask);
    } else close(ask);
  }
}

/** The first offer of each kind; the others are in the next step. */
function buttonsOf(ask: Ask, offers: Offer[]): Button[] {
  const first = (id: Offer["id"]): Offer[] => offers.filter((offer) => offer.id === id).slice(0, 1);
  const shown = (["approve", "always", "deny", "note", "release"] as const).flatMap(first);
  const buttons: Button[] = shown.map((offer) => ({
    iconPath: new vscode.ThemeIcon(offer.icon),
    tooltip: [offer.label, offer.told && plain(offer.told)].filter(Boolean).join(": "),
    offer,
  }));
  const diff = { iconPath: new vscode.ThemeIcon("diff"), tooltip: vscode.l10n.t("Show diff") };
  return ask.files.length ? [diff, ...buttons] : buttons;
}

function leaves(how: Verdict | Ending): boolean {
  return how === "away" || how === "failed" || how === "busy";
}

function nothingWaits(): void {
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t("Nothing waits for you.")}`, SAID_MS);
}
