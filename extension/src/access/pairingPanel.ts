/** The one panel with a code: what shows it, renews it, and says who came in by it. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Board } from "../board";
import type { Hub } from "../hub";
import type { PairingLink } from "../protocol.gen";
import { openSettings } from "../settings/open";
import { complain } from "../tell";
import { Arrivals } from "./arrivals";
import type { Invitation } from "./invitation";
import { nameOf } from "./names";
import {
  type Arrived,
  type Certificate,
  isCertified,
  type PairingMessage,
  pairingPage,
  readPairingMessage,
  type Words,
} from "./pairingPage";
import { HOST } from "./phone";
import { roleName } from "./roles";

export class PairingPanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #invitation: Invitation | undefined;
  #link: PairingLink | undefined;
  /** Where the hub could be reached when the code was made: another place asks for another code. */
  #from = "";
  readonly #arrivals: Arrivals;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly hub: Hub,
    private readonly board: Board,
    private readonly extensionUri: vscode.Uri,
  ) {
    this.#arrivals = new Arrivals(hub);
    this.#subscriptions = [this.#arrivals, board.onChange(() => this.#follow())];
  }

  dispose(): void {
    this.#panel?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** Show a fresh code. */
  async show(invitation: Invitation): Promise<void> {
    this.#from = this.#reached();
    await this.#arrivals.watch(invitation, (device) => this.#say(arrivedWords(device)));
    const link = await this.hub.call("pairing.create", invitation.params);
    const certificate = await this.#certificate(link);
    const panel = this.#panel ?? this.#open();
    [this.#link, this.#invitation] = [link, invitation];
    panel.title = invitation.title;
    panel.webview.html = pairingPage(link, wordsOf(invitation), randomBytes(16).toString("hex"), certificate);
    panel.reveal();
  }

  async #certificate({ ways }: PairingLink): Promise<Certificate | undefined> {
    if (!ways.some(({ address }) => isCertified(address))) return undefined;
    const { certificate, fingerprint } = await this.hub.call("reach.get", {});
    return certificate && fingerprint ? { path: certificate, fingerprint } : undefined;
  }

  #open(): vscode.WebviewPanel {
    const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel("pilot.phone", "", vscode.ViewColumn.Active, options);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.onDidReceiveMessage((data: unknown) => this.#take(readPairingMessage(data)));
    panel.onDidDispose(() => {
      this.#arrivals.dispose();
      [this.#panel, this.#link, this.#invitation] = [undefined, undefined, undefined];
    });
    this.#panel = panel;
    return panel;
  }

  #take(message: PairingMessage | undefined): void {
    switch (message?.type) {
      case "copy":
        void vscode.env.clipboard.writeText(this.#link?.ways[message.way]?.url ?? "");
        break;
      case "renew":
        this.#renew();
        break;
      case "tunnel":
        void vscode.commands.executeCommand("pilot.tunnel.start");
        break;
      case "network":
        void openSettings(HOST);
        break;
      case "devices":
        void vscode.commands.executeCommand("pilot.devices");
    }
  }

  /** A hub that started again knows no code of before, and one that is reached another way has another address. */
  #follow(): void {
    const open = this.#panel && this.#invitation && this.#link;
    if (open && this.board.live && this.#reached() !== this.#from) this.#renew();
  }

  #renew(): void {
    if (this.#invitation) this.show(this.#invitation).catch(complain);
  }

  #reached(): string {
    const { epoch, tunnel } = this.board.state;
    return JSON.stringify([epoch, tunnel.state === "up" ? tunnel.url : ""]);
  }

  /** In the panel, and aloud where that is not in view. */
  #say(text: string): void {
    this.#link = undefined; // used up
    const message: Arrived = { type: "arrived", text };
    void this.#panel?.webview.postMessage(message);
    if (!this.#panel?.visible) void vscode.window.showInformationMessage(text);
  }
}

function arrivedWords(device: Parameters<typeof nameOf>[0] & { scope: Parameters<typeof roleName>[0] }): string {
  return vscode.l10n.t("{0} is in, as {1}.", nameOf(device), roleName(device.scope));
}

function wordsOf({ title, does }: Invitation): Words {
  const { l10n } = vscode;
  return {
    title,
    does,
    scan: l10n.t("Scan this with the phone’s camera, and open the link it finds."),
    ways: l10n.t("How it gets here"),
    type: l10n.t("No camera? Open {0} there and type {1}."),
    certificate: l10n.t(
      "The phone warns of this address until it trusts Pilot’s certificate: get it there at {0}, and compare its SHA-256: {1}",
    ),
    insecure: l10n.t(
      "Not encrypted: whoever listens in your network can read along, and browsers allow no notifications and no installing here.",
    ),
    unreachable: l10n.t("Pilot listens on this machine only, so a phone cannot reach it yet."),
    tunnel: l10n.t("Start a Tunnel"),
    network: l10n.t("Open to the Network…"),
    copy: l10n.t("Copy link"),
    copied: l10n.t("Copied"),
    renew: l10n.t("New code"),
    expires: l10n.t("Works once, for {0} more."),
    expired: l10n.t("This code is too old. Make a new one."),
    devices: l10n.t("Devices"),
  };
}
