/** What waits, as lines of a tree. */
import * as vscode from "vscode";
import { pendingAsks } from "../../../webview/js/select.js";
import type { State } from "../../../webview/js/types";
import { takesNote } from "../asks/offers";
import { wholeText } from "../asks/whole";
import { gistOf, iconOf, subjectOf, whoAsks } from "../asks/words";
import type { Ask } from "../protocol.gen";
import type { Row } from "./rows";

const TOLD = 4_000; // characters of a tooltip; more is in the document

/** Return a line for each ask, oldest first. */
export function waitingRows(state: State): Row[] {
  return pendingAsks(state).map((ask) => rowOf(state, ask));
}

/** Everything the ask says, as it is. */
export function askTooltip(ask: Ask): vscode.MarkdownString {
  const whole = wholeText(ask);
  return new vscode.MarkdownString().appendCodeblock(whole.length > TOLD ? `${whole.slice(0, TOLD)}…` : whole, "text");
}

function rowOf(state: State, ask: Ask): Row {
  const who = whoAsks(state, ask);
  return {
    id: `ask:${ask.id}:${ask.digest}`, // another question is another line
    look: {
      label: subjectOf(ask),
      description: who,
      icon: iconOf(ask),
      colour: "list.warningForeground",
      context: wordsOf(state, ask),
      spoken: vscode.l10n.t("{0} asks: {1}", who, gistOf(ask)),
      command: { title: vscode.l10n.t("Answer…"), command: "pilot.ask.answer" },
    },
    children: [],
    ask,
  };
}

function wordsOf(state: State, ask: Ask): string {
  const noted = takesNote(ask, state.sessions[ask.sessionId]?.capabilities);
  return ["ask", ...ask.decisions, ...(noted ? ["deny_note"] : []), ...(ask.files.length ? ["diff"] : [])].join(" ");
}
