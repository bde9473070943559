/** Lets a device in: a link to copy. */
import * as vscode from "vscode";
import type { Hub } from "../hub";
import type { PairingLink } from "../protocol.gen";
import { openSettings } from "../settings/open";
import { forPhone } from "./invitation";
import { pickRole, roleName } from "./roles";

/** The setting that opens Pilot to the network. */
export const HOST = "pilot.hub.host";

/** Ask what a phone may do; undefined if the person gave up. */
export function pickPhoneRole(): ReturnType<typeof pickRole> {
  return pickRole(vscode.l10n.t("What may the phone do?"));
}

/** Copy a fresh link that a phone can follow, and say what it can do. */
export async function copyPhoneLink(hub: Hub): Promise<void> {
  const scope = await pickPhoneRole();
  if (!scope) return;
  const link = await hub.call("pairing.create", forPhone(scope).params);
  const [best] = link.ways;
  if (!best) return offerWays(link);
  await vscode.env.clipboard.writeText(best.url);
  const copied = vscode.l10n.t(
    "The link is copied. It works once, within ten minutes, and makes a device {0}.",
    roleName(scope),
  );
  void vscode.window.showInformationMessage([copied, link.advice].filter(Boolean).join(" "));
}

/** Say that no phone can get here, and offer what changes that. */
async function offerWays({ advice }: PairingLink): Promise<void> {
  const [tunnel, network] = [vscode.l10n.t("Start a Tunnel"), vscode.l10n.t("Open to the Network…")];
  const chosen = await vscode.window.showWarningMessage(unreachable(advice), tunnel, network);
  if (chosen === tunnel) await vscode.commands.executeCommand("pilot.tunnel.start");
  if (chosen === network) await openSettings(HOST);
}

function unreachable(advice: string | undefined): string {
  return advice ?? vscode.l10n.t("Pilot listens on this machine only, so a phone cannot reach it yet.");
}
