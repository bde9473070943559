/** The dashboard in the sidebar. Not kept while it is hidden: it is back within a blink, where it was. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import type { Notice } from "../protocol.gen";
import type { Shown } from "./messages";
import { loadDashboard } from "./page";
import type { Relay } from "./relay";
import { setVisible } from "./visible";

export const VIEW = "pilot.dashboard";

export class DashboardView implements vscode.WebviewViewProvider {
  #relay: Relay | undefined;
  #view: vscode.WebviewView | undefined;
  #wanted: Shown | undefined;

  constructor(private readonly parts: Parts) {}

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  /** Play a sound; false where no page is there that could. */
  play(kind: Notice["kind"]): boolean {
    return this.#relay?.play(kind) ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const relay = loadDashboard("view", view.webview, this.parts, this.#wanted);
    [this.#view, this.#relay, this.#wanted] = [view, relay, undefined];
    setVisible("view", view.visible);
    const watching = view.onDidChangeVisibility(() => {
      setVisible("view", view.visible);
      if (!view.visible) relay.sleep();
    });
    view.onDidDispose(() => {
      vscode.Disposable.from(relay, watching).dispose();
      setVisible("view", false);
      if (this.#relay === relay) [this.#view, this.#relay] = [undefined, undefined];
    });
  }

  /** Open the sidebar on it, at a place if one is given. */
  async focus(place: Shown | undefined): Promise<void> {
    if (place && this.#relay) this.#relay.show(place);
    else this.#wanted = place;
    await vscode.commands.executeCommand(`${VIEW}.focus`); // VS Code's own: no command of ours may be called so
  }
}
