/** Offers to bring hub and extension to one version; once for each pair of versions. */
import * as vscode from "vscode";
import { plain } from "../asks/plain";
import type { Release, Remedy } from "./handshake";

const OFFERED = "pilot.versions.offered";
const REMEMBERED = 20;

export class VersionOffer {
  constructor(
    private readonly memory: vscode.Memento,
    private readonly ours: Release,
  ) {}

  /** Offer it, unless it was before. */
  async make(hub: Release, remedy: Remedy): Promise<void> {
    const pair = `${hub.version} ${this.ours.version}`;
    const offered = this.memory.get<string[]>(OFFERED, []);
    if (offered.includes(pair)) return;
    await this.memory.update(OFFERED, [...offered, pair].slice(-REMEMBERED));
    await (remedy === "restart" ? this.#offerRestart(hub) : this.#offerUpdate(hub));
  }

  async #offerRestart(hub: Release): Promise<void> {
    const restart = vscode.l10n.t("Restart It");
    const text = vscode.l10n.t(
      "Pilot's hub is version {0}, the extension {1}. Restart it with this version?",
      plain(hub.version),
      this.ours.version,
    );
    if ((await vscode.window.showInformationMessage(text, restart, vscode.l10n.t("Keep It"))) === restart)
      await vscode.commands.executeCommand("pilot.restart");
  }

  async #offerUpdate(hub: Release): Promise<void> {
    const update = vscode.l10n.t("Update the Extension");
    const text = vscode.l10n.t(
      "Pilot's hub is version {0}, newer than the extension ({1}).",
      plain(hub.version),
      this.ours.version,
    );
    if ((await vscode.window.showInformationMessage(text, update, vscode.l10n.t("Keep It"))) === update)
      await vscode.commands.executeCommand("workbench.extensions.action.checkForUpdates");
  }
}
