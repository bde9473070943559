/** Starts and stops the tunnel, and shows what it leads to. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import type { Board } from "../board";
import { asProblem, type Hub, HubError } from "../hub";
import type { Parts } from "../parts";
import type { TunnelStatus } from "../protocol.gen";
import { openSettings } from "../settings/open";

const UP_MS = 60_000;
const SETTINGS = "pilot.hub.tunnel";

/** Start it, and say where it leads once it is up. */
export async function startTunnel(parts: Parts): Promise<void> {
  const title = vscode.l10n.t("Starting the tunnel…");
  const location = vscode.ProgressLocation.Notification;
  const begun = await begin(parts.hub, false);
  if (!begun) return;
  const { state, url, message } = await vscode.window.withProgress({ location, title }, () =>
    settled(parts.board, begun),
  );
  if (state !== "up" || !url)
    throw new HubError(
      "tunnel_failed",
      message ?? vscode.l10n.t("The tunnel did not come up. “Pilot: Show Logs” may say why."),
    );
  const [qr, copy] = [vscode.l10n.t("Pair a Phone"), vscode.l10n.t("Copy Address")];
  const said = vscode.l10n.t("The tunnel is up: {0}. Only paired devices get in.", plain(url));
  const chosen = await vscode.window.showInformationMessage(said, qr, copy);
  if (chosen === qr) await vscode.commands.executeCommand("pilot.phone.showQr");
  if (chosen === copy) await copyAddress(url);
}

/** Stop it with all its processes. */
export async function stopTunnel({ hub, board }: Parts): Promise<void> {
  if (board.state.tunnel.state === "off") throw new HubError("conflict", vscode.l10n.t("No tunnel runs."));
  await hub.call("tunnel.stop", {});
}

/** Offer what can be done with it now. */
export async function tunnelMenu({ board }: Parts): Promise<void> {
  const { state, url } = board.state.tunnel;
  const runs = state !== "off" && state !== "failed";
  const items = [
    ...(state === "up"
      ? [
          {
            label: `$(device-mobile) ${vscode.l10n.t("Pair a phone…")}`,
            run: () => vscode.commands.executeCommand("pilot.phone.showQr"),
          },
        ]
      : []),
    ...(url
      ? [
          {
            label: `$(copy) ${vscode.l10n.t("Copy the address")}`,
            description: plain(url),
            run: () => copyAddress(url),
          },
        ]
      : []),
    runs
      ? {
          label: `$(debug-stop) ${vscode.l10n.t("Stop the tunnel")}`,
          run: () => vscode.commands.executeCommand("pilot.tunnel.stop"),
        }
      : {
          label: `$(play) ${vscode.l10n.t("Start the tunnel")}`,
          run: () => vscode.commands.executeCommand("pilot.tunnel.start"),
        },
    { label: `$(settings-gear) ${vscode.l10n.t("Settings")}`, run: () => openSettings(SETTINGS) },
  ];
  await (await vscode.window.showQuickPick(items, { title: tunnelWords(board.state.tunnel) }))?.run();
}

/** How it stands, in a sentence. */
export function tunnelWords({ state, url, message, provider }: TunnelStatus): string {
  const said = plain(message ?? "");
  switch (state) {
    case "up":
      return vscode.l10n.t(
        "Pilot can be reached from everywhere at {0} ({1}); only paired devices get in.",
        plain(url ?? ""),
        plain(provider),
      );
    case "starting":
      return said || vscode.l10n.t("The tunnel is starting…");
    case "retrying":
      return said || vscode.l10n.t("The tunnel was lost and is being started again…");
    case "failed":
      return said || vscode.l10n.t("The tunnel failed.");
    case "off":
      return vscode.l10n.t("No tunnel runs: Pilot is not reachable from elsewhere.");
  }
}

/** Start it; whoever has paired no device yet is asked first. Undefined if the person gave up. */
async function begin(hub: Hub, force: boolean): Promise<TunnelStatus | undefined> {
  try {
    return await hub.call("tunnel.start", { force });
  } catch (error) {
    const { code, message, hint } = asProblem(error);
    if (force || code !== NO_DEVICE) throw error;
    const anyway = vscode.l10n.t("Start Anyway");
    const chosen = await vscode.window.showWarningMessage(
      plain(message),
      { modal: true, detail: plain(hint ?? "") },
      anyway,
    );
    return chosen === anyway ? begin(hub, true) : undefined;
  }
}

const NO_DEVICE = "no_device";

/** Resolve when it is up or has failed, at the latest after a minute. */
function settled(board: Board, begun: TunnelStatus): Promise<TunnelStatus> {
  return new Promise((resolve) => {
    let now = begun;
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve(now);
    };
    const look = (): void => {
      if (now.state === "up" || now.state === "failed" || now.state === "off") done();
    };
    const timer = setTimeout(done, UP_MS);
    const listening = board.onChange(() => {
      now = board.state.tunnel;
      look();
    });
    look();
  });
}

async function copyAddress(url: string): Promise<void> {
  await vscode.env.clipboard.writeText(url);
}
