/** Who may come in, and how they get here. */
import { command } from "../commands/command";
import type { Parts } from "../parts";
import { Attempts } from "./attempts";
import { Confirmations } from "./confirmations";
import { showDevices } from "./devices";
import { forPhone } from "./invitation";
import { PairingPanel } from "./pairingPanel";
import { copyPhoneLink, pickPhoneRole } from "./phone";
import { rotateToken } from "./rotate";
import { askWhatToShare } from "./share";
import { startTunnel, stopTunnel, tunnelMenu } from "./tunnel";
import { TunnelItem } from "./tunnelItem";
import { answerWaiting } from "./waitingDevices";

/** Add this folder's surfaces. */
export function registerAccess(parts: Parts): void {
  const { context, hub, board } = parts;
  const panel = new PairingPanel(hub, board, context.extensionUri);
  context.subscriptions.push(
    panel,
    new Confirmations(hub, board),
    new Attempts(hub, board),
    new TunnelItem(hub, board),
  );
  command(parts, "pilot.phone.copyLink", () => copyPhoneLink(hub));
  command(parts, "pilot.phone.showQr", async () => {
    const scope = await pickPhoneRole();
    if (scope) await panel.show(forPhone(scope));
  });
  command(parts, "pilot.session.share", async (given) => {
    const invitation = await askWhatToShare(parts, given);
    if (invitation) await panel.show(invitation);
  });
  command(parts, "pilot.devices", () => showDevices(parts));
  command(parts, "pilot.confirmations", () => answerWaiting(parts));
  command(parts, "pilot.token.rotate", () => rotateToken(hub));
  command(parts, "pilot.tunnel", () => tunnelMenu(parts));
  command(parts, "pilot.tunnel.start", () => startTunnel(parts));
  command(parts, "pilot.tunnel.stop", () => stopTunnel(parts));
}
