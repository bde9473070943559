/** The commands that decide. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask, DecisionKind } from "../protocol.gen";
import type { Decider } from "./decide";
import { offersOf } from "./offers";
import type { AskList } from "./quickPick";
import type { Review } from "./review";
import { isBrief } from "./whole";

export class AskCommands {
  constructor(
    private readonly board: Board,
    private readonly decider: Decider,
    private readonly list: AskList,
    private readonly review: Review,
  ) {}

  /** Every command of this folder by name. */
  all(): Record<string, (given?: unknown) => unknown> {
    return {
      "pilot.answer": () => this.list.open(),
      "pilot.approveNext": () => this.#look("allow_once"),
      "pilot.denyNext": () => this.#denyNext(),
      "pilot.ask.approve": (given) => this.#approve(given),
      "pilot.ask.always": (given) => this.#with(given, "allow_always", (ask) => this.list.openAt(ask)),
      "pilot.ask.deny": (given) => this.#with(given, "deny", (ask) => this.decider.decide(ask, { kind: "deny" })),
      "pilot.ask.denyNote": (given) => this.#with(given, "deny", (ask) => this.#denyWithNote(ask)),
      "pilot.ask.release": (given) =>
        this.#with(given, "release", (ask) => this.decider.decide(ask, { kind: "release" })),
      "pilot.ask.answer": (given) => this.#with(given, undefined, (ask) => this.list.openAt(ask)),
    };
  }

  /** A line that says all of it may be approved at once; so may what a caller with an id has shown. */
  #approve(given: unknown): unknown {
    if (given === undefined) return this.#look("allow_once");
    return this.#with(given, "allow_once", (ask) =>
      typeof given === "string" || isBrief(ask)
        ? this.decider.decide(ask, { kind: "allow_once" })
        : this.list.openAt(ask),
    );
  }

  /** Never blind: what comes next is shown first, complete. */
  #look(kind: DecisionKind): unknown {
    return this.#with(undefined, kind, (ask) => this.list.openAt(ask));
  }

  #denyNext(): unknown {
    return this.#with(undefined, "deny", (ask) => this.decider.decide(ask, { kind: "deny" }));
  }

  #denyWithNote(ask: Ask): unknown {
    const offers = offersOf(ask, this.board.state.sessions[ask.sessionId]?.capabilities);
    if (offers.some((offer) => offer.id === "note")) return this.review.denyWithNote(ask);
    return this.list.openAt(ask);
  }

  /** Run with the ask a command was called for, or the oldest one that takes such a decision. */
  #with(given: unknown, kind: DecisionKind | undefined, run: (ask: Ask) => unknown): unknown {
    const named = this.#named(given);
    if (named) return run(named);
    if (given !== undefined) return say(vscode.l10n.t("This does not wait any more."));
    const next = this.board.waiting.find((ask) => !kind || ask.decisions.includes(kind));
    return next ? run(next) : say(vscode.l10n.t("Nothing waits for such a decision."));
  }

  /** A line of a tree carries the ask as it was shown; an id means the one that is known now. */
  #named(given: unknown): Ask | undefined {
    if (typeof given === "string") return this.board.state.asks[given];
    if (typeof given !== "object" || given === null || !("ask" in given)) return undefined;
    const { ask } = given as { ask: Ask }; // SAFETY: only our own trees and notifications hand over such lines
    return ask;
  }
}

function say(text: string): void {
  void vscode.window.showInformationMessage(text);
}
