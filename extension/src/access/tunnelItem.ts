/** The tunnel in the status bar, for as long as there is one: who opened a door sees that it is open. */
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { TunnelStatus } from "../protocol.gen";
import { isWindowFor } from "../where";
import { tunnelWords } from "./tunnel";

const PRIORITY = 49; // right of Pilot's own item

export class TunnelItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem("pilot.tunnel", vscode.StatusBarAlignment.Left, PRIORITY);
  #before: TunnelStatus | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
  ) {
    this.#item.name = vscode.l10n.t("Pilot’s Tunnel");
    this.#item.command = "pilot.tunnel";
    this.#subscriptions = [hub.onState(() => this.#draw()), board.onChange(() => this.#draw())];
    this.#draw();
  }

  dispose(): void {
    vscode.Disposable.from(...this.#subscriptions, this.#item).dispose();
  }

  #draw(): void {
    const { tunnel } = this.board.state;
    if (this.hub.state.kind !== "connected" || tunnel.state === "off") this.#item.hide();
    else this.#show(tunnel);
    void vscode.commands.executeCommand("setContext", "pilot.tunnel", tunnel.state);
    const was = this.#before;
    this.#before = tunnel;
    if (tunnel.state === "failed" && (was?.state === "up" || was?.state === "retrying")) void this.#tellLost(tunnel);
  }

  #show(tunnel: TunnelStatus): void {
    const words = tunnelWords(tunnel);
    this.#item.text = `$(${iconOf(tunnel)}) ${vscode.l10n.t("Tunnel")}`;
    this.#item.tooltip = new vscode.MarkdownString().appendText(words);
    this.#item.accessibilityInformation = { label: words, role: "button" };
    this.#item.backgroundColor =
      tunnel.state === "failed" ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.#item.show();
  }

  async #tellLost(tunnel: TunnelStatus): Promise<void> {
    if (!(await isWindowFor(this.hub, { kind: "pair" }, ""))) return;
    const again = vscode.l10n.t("Try Again");
    if ((await vscode.window.showWarningMessage(tunnelWords(tunnel), again)) === again)
      await vscode.commands.executeCommand("pilot.tunnel.start");
  }
}

function iconOf({ state }: TunnelStatus): string {
  return { off: "circle-slash", starting: "sync~spin", up: "broadcast", retrying: "sync~spin", failed: "warning" }[
    state
  ];
}
