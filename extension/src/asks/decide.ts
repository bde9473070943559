/** The one way to decide from this window. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Board } from "../board";
import { asProblem, type Hub } from "../hub";
import type { Ask, DecideParams, DecisionKind } from "../protocol.gen";
import type { Decision } from "./offers";
import { plain } from "./plain";
import { endedWords, gistOf } from "./words";

const SAID_MS = 4_000;
const GIST = 60; // characters

/** decided: the hub has it · late: it waits no more · changed: it is another one now · failed: it still waits · busy: it is being decided. */
export type Verdict = "decided" | "late" | "changed" | "failed" | "busy";

/** Carries a person's decisions to the hub, each once, and says what came of it. */
export class Decider implements vscode.Disposable {
  readonly #busy = new Set<string>();
  /** By ask, digest and decision: trying again is the same decision. */
  readonly #keys = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<string>();

  /** An ask is not what the person was shown; it has to be looked at again. */
  readonly onChanged = this.#changed.event;

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
  ) {}

  /** Decide on an ask exactly as it was shown. Never rejects. */
  async decide(shown: Ask, decision: Decision): Promise<Verdict> {
    if (this.#busy.has(shown.id)) return "busy";
    this.#busy.add(shown.id);
    const verdict = await this.#send(shown, decision);
    this.#busy.delete(shown.id);
    if (verdict !== "unreached") return verdict;
    void this.#offerAgain(shown, decision);
    return "failed";
  }

  /** Whether a decision on the ask is on its way. */
  isBusy(id: string): boolean {
    return this.#busy.has(id);
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #send(shown: Ask, decision: Decision): Promise<Verdict | "unreached"> {
    const known = this.board.state.asks[shown.id];
    if (known && known.state !== "pending") return this.#late(known);
    const name = JSON.stringify([shown.id, shown.digest, decision]);
    const idempotencyKey = this.#keys.get(name) ?? randomUUID();
    this.#keys.set(name, idempotencyKey);
    const params: DecideParams = { id: shown.id, digest: shown.digest, ...decision, idempotencyKey };
    try {
      await this.hub.call("asks.decide", params);
    } catch (error) {
      return await this.#refused(shown, error);
    }
    this.#keys.delete(name);
    vscode.window.setStatusBarMessage(`$(check) ${doneWords(decision.kind)}: ${gistOf(shown, GIST)}`, SAID_MS);
    return "decided";
  }

  async #refused(shown: Ask, error: unknown): Promise<Verdict | "unreached"> {
    const { code, message, hint } = asProblem(error);
    if (code === "already_answered") return this.#late(await this.#whatBecameOf(shown), message);
    if (code === "not_found") return this.#late({ ...shown, state: "cancelled" });
    if (code === "stale_digest") return this.#stale(shown);
    if (code === "unreachable") return "unreached";
    void vscode.window.showErrorMessage(
      [message, hint]
        .filter(Boolean)
        .map((part) => plain(part ?? ""))
        .join(" "),
    );
    return "failed";
  }

  /** The hub's record tells who; without it, its words do. */
  async #whatBecameOf(shown: Ask): Promise<Ask> {
    const known = this.board.state.asks[shown.id];
    if (known && known.state !== "pending") return known;
    return this.hub.call("asks.get", { id: shown.id }).catch(() => shown);
  }

  #late(ask: Ask, otherwise = vscode.l10n.t("Already answered.")): Verdict {
    const words = ask.state === "pending" ? plain(otherwise) : endedWords(ask);
    void vscode.window.showInformationMessage(vscode.l10n.t("{0} ({1})", words, gistOf(ask, GIST)));
    return "late";
  }

  #stale(shown: Ask): Verdict {
    void vscode.window.showWarningMessage(
      vscode.l10n.t("It changed while you decided, so nothing was decided: look again."),
    );
    this.#changed.fire(shown.id);
    return "changed";
  }

  async #offerAgain(shown: Ask, decision: Decision): Promise<void> {
    const again = vscode.l10n.t("Try Again");
    const text = vscode.l10n.t(
      "Pilot cannot be reached, so nobody knows of your decision yet ({0}).",
      gistOf(shown, GIST),
    );
    if ((await vscode.window.showErrorMessage(text, again)) === again) await this.decide(shown, decision);
  }
}

function doneWords(kind: DecisionKind): string {
  switch (kind) {
    case "allow_once":
      return vscode.l10n.t("Approved");
    case "allow_always":
      return vscode.l10n.t("Approved for good");
    case "deny":
      return vscode.l10n.t("Denied");
    case "answer":
      return vscode.l10n.t("Answered");
    case "release":
      return vscode.l10n.t("Handed back to the terminal");
  }
}
