/** Sessions that show nothing new: told until they go on. */
import * as vscode from "vscode";
import { beforeLinks, commandLink, Toast } from "../asks/toast";
import type { Notice } from "../protocol.gen";
import type { Assigned } from "./assigned";

export class Stuck implements vscode.Disposable {
  readonly #toasts = new Map<string, Toast>();
  readonly #listening: vscode.Disposable;

  constructor(assigned: Assigned) {
    this.#listening = assigned.onTakenBack(({ id }) => this.#close(id));
  }

  /** Tell of one. */
  show({ id, sessionId }: Notice, words: string): void {
    const link = sessionId && commandLink(vscode.l10n.t("Show"), "pilot.session.open", sessionId);
    const text = [beforeLinks(words), link].filter(Boolean).join("  ");
    this.#toasts.set(id, new Toast("Pilot", text, () => this.#toasts.delete(id)));
  }

  dispose(): void {
    this.#listening.dispose();
    for (const id of [...this.#toasts.keys()]) this.#close(id);
  }

  #close(id: string): void {
    this.#toasts.get(id)?.dispose();
    this.#toasts.delete(id);
  }
}
