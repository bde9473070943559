/** Asks the person here whether a device may come in, or the token be changed. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { beforeLinks, commandLink, Toast } from "../asks/toast";
import type { Board } from "../board";
import { asProblem, type Hub } from "../hub";
import type { Confirmation } from "../protocol.gen";
import { complain } from "../tell";
import { isWindowFor } from "../where";
import { detailOf, headOf } from "./confirmationWords";

/** Runs a link of a notification; not in the palette, and its key cannot be guessed. */
export const CONFIRM_COMMAND = "pilot.confirm";

interface Shown {
  confirmation: Confirmation;
  key: string;
  toast: Toast;
}

/** One notification for each thing that waits, in one window of several, gone as soon as it is answered anywhere. */
export class Confirmations implements vscode.Disposable {
  readonly #shown = new Map<string, Shown>();
  /** Those this window does not tell: closed by the person, or another window's, as the windows were then. */
  readonly #left = new Map<string, unknown>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
  ) {
    this.#subscriptions = [
      board.onChange(() => this.#compare()),
      vscode.commands.registerCommand(CONFIRM_COMMAND, (key: unknown, allow: unknown) => this.#press(key, allow)),
    ];
    this.#compare();
  }

  dispose(): void {
    for (const { toast } of this.#shown.values()) toast.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #compare(): void {
    const { confirmations, clients } = this.board.state;
    const waiting = new Set(confirmations.map(({ id }) => id));
    void vscode.commands.executeCommand("setContext", "pilot.wantIn", waiting.size);
    for (const [id, { toast }] of this.#shown) {
      if (waiting.has(id)) continue;
      toast.dispose();
      this.#shown.delete(id);
    }
    for (const id of this.#left.keys()) if (!waiting.has(id)) this.#left.delete(id);
    for (const one of confirmations) if (!this.#isSettled(one.id)) void this.#consider(one, clients);
  }

  /** Shown, closed by the person, or left to another window; the latter only while the same windows are there. */
  #isSettled(id: string): boolean {
    const left = this.#left.get(id);
    return this.#shown.has(id) || left === CLOSED || left === this.board.state.clients;
  }

  async #consider(confirmation: Confirmation, clients: unknown): Promise<void> {
    const { id } = confirmation;
    this.#left.set(id, clients); // so that it is asked once
    if (!(await isWindowFor(this.hub, { kind: "pair" }, ""))) return;
    if (this.#shown.has(id) || !this.board.state.confirmations.some((one) => one.id === id)) return;
    this.#left.delete(id);
    this.#show(confirmation);
  }

  #show(confirmation: Confirmation): void {
    const key = randomUUID();
    const links = [link(vscode.l10n.t("Allow"), key, "allow"), link(vscode.l10n.t("Refuse"), key, "refuse")];
    const text = `${beforeLinks(detailOf(confirmation))}  ${links.join(" · ")}`;
    const toast = new Toast(beforeLinks(headOf(confirmation)), text, () => this.#close(confirmation.id));
    this.#shown.set(confirmation.id, { confirmation, key, toast });
  }

  #close(id: string): void {
    this.#shown.delete(id);
    this.#left.set(id, CLOSED);
  }

  async #press(key: unknown, what: unknown): Promise<void> {
    const found = [...this.#shown.values()].find((one) => one.key === key);
    if (!found) return void vscode.window.showInformationMessage(vscode.l10n.t("This does not wait any more."));
    await answer(this.hub, found.confirmation, what === "allow");
  }
}

/** The person said “later”. */
const CLOSED = Symbol("closed");

/** Say yes or no; what went wrong is said. */
export async function answer(hub: Hub, { id, kind }: Confirmation, allow: boolean): Promise<void> {
  try {
    await hub.call("confirmations.answer", { id, allow });
  } catch (error) {
    const cut = allow && kind === "token_rotation" && asProblem(error).code === "unreachable"; // as all are, then
    if (!cut) complain(error);
  }
}

function link(label: string, key: string, what: "allow" | "refuse"): string {
  return commandLink(label, CONFIRM_COMMAND, key, what);
}
