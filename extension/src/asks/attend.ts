/** A step of asking a person that ends with the ask it is about. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Ask } from "../protocol.gen";
import { endedWords, gistOf } from "./words";

const GIST = 60; // characters

/** Why a step ended without a choice: the person left or went back, the ask waits no more, or it is another one now. */
export type Ending = "away" | "back" | "gone" | "changed";

export type Result<T> = { value: T } | { ended: Ending };

/** Show an input until the person chooses; `wire` says what choosing is. */
export function attend<T>(
  board: Board,
  ask: Ask,
  input: vscode.QuickInput,
  wire: (settle: (result: Result<T>) => void) => vscode.Disposable[],
): Promise<Result<T>> {
  return new Promise((resolve) => {
    const listening: vscode.Disposable[] = [];
    let open = true;
    const settle = (result: Result<T>): void => {
      if (!open) return;
      open = false;
      vscode.Disposable.from(...listening, input).dispose();
      resolve(result);
    };
    const look = (now = board.state.asks[ask.id]): void => {
      if (now?.state === "pending" && now.digest !== ask.digest) settle({ ended: "changed" });
      if (!open || !now || now.state === "pending") return;
      settle({ ended: "gone" });
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} ({1})", endedWords(now), gistOf(now, GIST)));
    };
    listening.push(
      board.onAnswered((ended) => ended.id === ask.id && look(ended)), // of what a new hub never knew only this tells
      board.onChange(() => look()),
      input.onDidHide(() => settle({ ended: "away" })),
    );
    listening.push(...wire(settle));
    input.show();
    look();
  });
}
