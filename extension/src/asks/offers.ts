/** What can be decided on an ask, in the order and the words of the dashboard. Allowing never comes first. */
import * as vscode from "vscode";
import type { Ask, AskOption, Capabilities, DecisionKind } from "../protocol.gen";
import { plain } from "./plain";

/** A person's decision, ready for the hub. */
export interface Decision {
  kind: DecisionKind;
  optionId?: string;
  message?: string;
  answers?: string[][];
}

/** One way to decide. */
export interface Offer {
  id: "deny" | "note" | "approve" | "always" | "release" | "answer";
  decision: Decision;
  label: string;
  icon: string;
  /** What it would mean. */
  told?: string | undefined;
}

/** Return everything that may be decided; `capabilities` are the session's: a note is offered only where it arrives. */
export function offersOf(ask: Ask, capabilities: Capabilities | undefined): Offer[] {
  const can = (kind: DecisionKind): boolean => ask.decisions.includes(kind);
  const found: Offer[] = [];
  if (can("answer")) found.push(offer("answer", { kind: "answer" }, vscode.l10n.t("Answer…"), "comment-discussion"));
  if (can("deny")) found.push(...denials(ask, takesNote(ask, capabilities)));
  if (can("allow_once")) found.push(offer("approve", { kind: "allow_once" }, approveLabel(ask), "check"));
  if (can("allow_always")) found.push(...lasting(ask));
  if (can("release"))
    found.push(offer("release", { kind: "release" }, vscode.l10n.t("Answer in the terminal"), "terminal"));
  return found;
}

/** Whether a denial can say why. */
export function takesNote(ask: Ask, capabilities: Capabilities | undefined): boolean {
  return ask.kind !== "question" && ask.decisions.includes("deny") && (capabilities?.denyMessage ?? false);
}

/** "Approve" or "Approve once". */
export function approveLabel(ask: Ask): string {
  return ask.kind === "plan" ? vscode.l10n.t("Approve") : vscode.l10n.t("Approve once");
}

/** "Dismiss" for a question, else "Deny". */
export function denyLabel(ask: Ask): string {
  return ask.kind === "question" ? vscode.l10n.t("Dismiss") : vscode.l10n.t("Deny");
}

/** "Deny" is the agent's first way to say no; others are offered in its own words. */
function denials(ask: Ask, noted: boolean): Offer[] {
  const [, ...others] = ask.options.filter((option) => option.kind === "deny");
  const note = offer("note", { kind: "deny" }, vscode.l10n.t("Deny with a note…"), "comment");
  return [
    offer("deny", { kind: "deny" }, denyLabel(ask), "x"),
    ...(noted ? [note] : []),
    ...others.map((option) => inItsWords("deny", option, "x")),
  ];
}

function lasting(ask: Ask): Offer[] {
  const offered = ask.options.filter((option) => option.kind === "allow_always");
  if (!offered.length)
    return [offer("always", { kind: "allow_always" }, vscode.l10n.t("Always allow"), "check-all", ask.always)];
  return offered.map((option) => {
    const found = inItsWords("always", option, "check-all");
    return { ...found, told: found.told ?? (offered.length === 1 ? ask.always : undefined) };
  });
}

function inItsWords(id: Offer["id"], option: AskOption, icon: string): Offer {
  const decision = { kind: option.kind, optionId: option.id };
  return offer(id, decision, plain(option.label), icon, option.description);
}

function offer(id: Offer["id"], decision: Decision, label: string, icon: string, told?: string): Offer {
  return { id, decision, label, icon, told };
}
