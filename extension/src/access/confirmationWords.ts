/** What waits for a person's yes, in words. */
import * as vscode from "vscode";
import { agentName } from "../../../webview/js/select.js";
import { brief } from "../asks/plain";
import type { Confirmation } from "../protocol.gen";
import { addressOf, nameOf } from "./names";
import { roleName, roleWords } from "./roles";

/** "Firefox on Android wants to join as operator (192.168.1.7)". */
export function headOf(one: Confirmation): string {
  if (one.kind === "token_rotation") return vscode.l10n.t("{0} asks for a new token", brief(agentName(one.name), 60));
  const address = addressOf(one);
  const where = address ? ` (${address})` : "";
  return vscode.l10n.t("{0} wants to join as {1}", nameOf(one), roleName(one.scope ?? "view")) + where;
}

/** What a yes means. */
export function detailOf(one: Confirmation): string {
  if (one.kind === "token_rotation")
    return vscode.l10n.t(
      "Every program that holds the old one is cut off; windows come back by themselves. Allow only what you asked for.",
    );
  const may = vscode.l10n.t("It {0}.", roleWords(one.scope ?? "view"));
  const reached =
    one.reach === "tunnel"
      ? vscode.l10n.t("It comes through the tunnel. Allow only a device of yours.")
      : vscode.l10n.t("Allow only a device of yours.");
  return `${may} ${reached}`;
}
