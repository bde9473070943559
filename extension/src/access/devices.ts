/** The devices that may come in, as a list to act on. */
import * as vscode from "vscode";
import { ago } from "../../../webview/js/format.js";
import { titleOf } from "../../../webview/js/select.js";
import { brief } from "../asks/plain";
import type { Parts } from "../parts";
import type { DeviceView } from "../protocol.gen";
import { changeDevice } from "./device";
import { addressOf, nameOf } from "./names";
import { roleName } from "./roles";

type Line = vscode.QuickPickItem & { device?: DeviceView; command?: string };

/** Show them until the person leaves; each can be renamed, given another role, revoked. */
export async function showDevices(parts: Parts): Promise<void> {
  for (;;) {
    const { devices } = await parts.hub.call("devices.list", {});
    const picked = await vscode.window.showQuickPick(linesOf(devices, parts), {
      title: vscode.l10n.t("Devices that may come in"),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked?.command) return void (await vscode.commands.executeCommand(picked.command));
    if (!picked?.device) return;
    await changeDevice(parts.hub, picked.device);
  }
}

function linesOf(devices: DeviceView[], parts: Parts): Line[] {
  return [
    ...devices.map((device) => lineOf(device, parts)),
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    { label: `$(device-mobile) ${vscode.l10n.t("Pair a phone…")}`, command: "pilot.phone.showQr" },
    { label: `$(eye) ${vscode.l10n.t("Let somebody watch…")}`, command: "pilot.session.share" },
    { label: `$(key) ${vscode.l10n.t("Rotate the token…")}`, command: "pilot.token.rotate" },
  ];
}

function lineOf(device: DeviceView, { board }: Parts): Line {
  const followed = device.sessionId && board.state.sessions[device.sessionId];
  const facts = [
    device.online ? vscode.l10n.t("connected") : vscode.l10n.t("seen {0}", ago(device.lastSeenAt, Date.now())),
    addressOf(device),
    followed ? vscode.l10n.t("follows “{0}”", brief(titleOf(followed), 60)) : "",
    device.push ? vscode.l10n.t("gets notifications") : "",
    device.expiresAt ? untilWords(device.expiresAt) : "",
  ];
  return {
    label: `$(${device.online ? "vm-active" : "vm-outline"}) ${nameOf(device)}`,
    description: roleName(device.scope),
    detail: facts.filter(Boolean).join(" · "),
    device,
  };
}

function untilWords(at: number): string {
  if (at <= Date.now()) return vscode.l10n.t("expired");
  return vscode.l10n.t(
    "until {0}",
    new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }),
  );
}
