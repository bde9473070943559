/** Lets a phone in: a link to copy, or a QR code to scan. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Hub } from "../hub";
import type { PairingLink } from "../protocol.gen";
import { complain } from "../tell";
import { isLoopback, pairingPage, type Words } from "./pairingPage";

/** Copy a fresh link, and say what it can do. */
export async function copyPhoneLink(hub: Hub): Promise<void> {
  const { url } = await hub.call("pairing.create", {});
  await vscode.env.clipboard.writeText(url);
  const copied = vscode.l10n.t("The pairing link is copied. It works once, within ten minutes.");
  void vscode.window.showInformationMessage(`${copied} ${reach(url)}`);
}

/** The one panel with a QR code. */
export class PhonePanel implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #link: PairingLink | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly extensionUri: vscode.Uri,
  ) {}

  dispose(): void {
    this.#panel?.dispose();
  }

  /** Show a fresh code. */
  async show(): Promise<void> {
    const link = await this.hub.call("pairing.create", {});
    const panel = this.#panel ?? this.#open();
    this.#link = link;
    panel.webview.html = pairingPage(link, words(link.url), randomBytes(16).toString("hex"));
    panel.reveal();
  }

  #open(): vscode.WebviewPanel {
    const title = vscode.l10n.t("Pair a phone");
    const options = { enableScripts: true, localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel("pilot.phone", title, vscode.ViewColumn.Active, options);
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "icon.png");
    panel.webview.onDidReceiveMessage((message: unknown) => this.#take(message));
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    this.#panel = panel;
    return panel;
  }

  #take(message: unknown): void {
    if (message === "copy" && this.#link) void vscode.env.clipboard.writeText(this.#link.url);
    else if (message === "renew") this.show().catch(complain);
  }
}

function words(url: string): Words {
  return {
    title: vscode.l10n.t("Pair a phone"),
    scan: vscode.l10n.t("Scan this with the phone’s camera, and open the link it finds."),
    reach: reach(url),
    copy: vscode.l10n.t("Copy link"),
    copied: vscode.l10n.t("Copied"),
    renew: vscode.l10n.t("New code"),
    expires: vscode.l10n.t("Works once, for {0} more."),
    expired: vscode.l10n.t("This code is too old. Make a new one."),
  };
}

function reach(url: string): string {
  if (isLoopback(url))
    return vscode.l10n.t(
      "Pilot listens on this machine only, so a phone cannot reach it yet: set “pilot.hub.host” to 0.0.0.0 (PILOT_HOST) and restart Pilot. Then every device in your network can try, and only paired ones get in.",
    );
  return vscode.l10n.t("The phone must be in the same network as this machine.");
}
