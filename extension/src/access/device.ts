/** What can be done to one device. */
import * as vscode from "vscode";
import type { Hub } from "../hub";
import type { DeviceView } from "../protocol.gen";
import { nameOf } from "./names";
import { pickRole } from "./roles";

const LONGEST = 80; // characters, as the hub takes them

/** Ask what shall become of a device, and do it. */
export async function changeDevice(hub: Hub, device: DeviceView): Promise<void> {
  const items = [
    { label: `$(edit) ${vscode.l10n.t("Rename…")}`, run: () => rename(hub, device) },
    ...(device.sessionId
      ? []
      : [{ label: `$(shield) ${vscode.l10n.t("Change its role…")}`, run: () => changeRole(hub, device) }]),
    { label: `$(trash) ${vscode.l10n.t("Revoke…")}`, run: () => revoke(hub, device) },
  ];
  await (await vscode.window.showQuickPick(items, { title: nameOf(device) }))?.run();
}

async function rename(hub: Hub, { id, name }: DeviceView): Promise<void> {
  const title = vscode.l10n.t("What is it called?");
  const validateInput = (text: string): string | undefined =>
    text.trim().length <= LONGEST ? undefined : vscode.l10n.t("At most {0} characters.", LONGEST);
  const wanted = (await vscode.window.showInputBox({ title, value: name, validateInput }))?.trim();
  if (wanted && wanted !== name) await hub.call("devices.update", { id, name: wanted });
}

async function changeRole(hub: Hub, device: DeviceView): Promise<void> {
  const scope = await pickRole(vscode.l10n.t("What may “{0}” do?", nameOf(device)), device.scope);
  if (scope && scope !== device.scope) await hub.call("devices.update", { id: device.id, scope });
}

async function revoke(hub: Hub, device: DeviceView): Promise<void> {
  const yes = vscode.l10n.t("Revoke");
  const question = vscode.l10n.t("Revoke “{0}”?", nameOf(device));
  const detail = vscode.l10n.t("It is cut off at once. To come back it has to be paired anew.");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes)
    await hub.call("devices.revoke", { id: device.id });
}
