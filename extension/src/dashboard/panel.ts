/** The dashboard among the editors: one panel, reused, back at its place after a reload of the window. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import type { Notice } from "../protocol.gen";
import type { Shown } from "./messages";
import { loadDashboard } from "./page";
import type { Relay } from "./relay";
import { setVisible } from "./visible";

export const PANEL = "pilot.dashboardPanel";

export class DashboardPanel implements vscode.WebviewPanelSerializer {
  #panel: vscode.WebviewPanel | undefined;
  #relay: Relay | undefined;

  constructor(private readonly parts: Parts) {}

  get open(): boolean {
    return this.#panel !== undefined;
  }

  /** Play a sound; false where no page is there that could. */
  play(kind: Notice["kind"]): boolean {
    return this.#relay?.play(kind) ?? false;
  }

  /** Bring the panel to the front, at a place if one is given. */
  show(place: Shown | undefined): void {
    if (this.#panel) this.#panel.reveal();
    else this.#adopt(this.#create());
    if (place) this.#relay?.show(place);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#panel)
      panel.dispose(); // opened by hand while the window was still coming up
    else this.#adopt(panel);
  }

  #create(): vscode.WebviewPanel {
    const column = vscode.ViewColumn.Active;
    return vscode.window.createWebviewPanel(PANEL, vscode.l10n.t("Pilot"), column, {
      enableFindWidget: true,
      retainContextWhenHidden: true, // what was opened, scrolled to or half written stays, as in any editor
    });
  }

  #adopt(panel: vscode.WebviewPanel): void {
    panel.iconPath = vscode.Uri.joinPath(this.parts.context.extensionUri, "media", "dashboard", "icon.svg");
    const relay = loadDashboard("panel", panel.webview, this.parts);
    [this.#panel, this.#relay] = [panel, relay];
    setVisible("panel", panel.visible);
    const watching = panel.onDidChangeViewState(() => setVisible("panel", panel.visible));
    panel.onDidDispose(() => {
      vscode.Disposable.from(relay, watching).dispose();
      setVisible("panel", false);
      [this.#panel, this.#relay] = [undefined, undefined];
    });
  }
}
