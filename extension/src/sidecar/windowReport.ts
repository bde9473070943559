/** Tells the hub how this window is, so that it knows where the person is; the hub says what it calls the window. */
import * as vscode from "vscode";
import { dashboardUsedAt, onDashboardUsed } from "../dashboard/visible";

const MERGE_MS = 50; // changes of one moment are told once
const RENEW_MS = 60_000;
const USED_MS = 60_000; // as long as VS Code takes somebody to be there after a key or a click

/** What `pilot/window` says. */
export interface WindowLook {
  /** Of its workspace, on the hub's machine. */
  folders: string[];
  focused: boolean;
  /** Somebody is at it. */
  active: boolean;
  /** It tells a person of asks. */
  notifies: boolean;
}

/** Takes in how the window is; answers with the name that notices have for it, nothing where the hub knows no notices. */
export interface Listener {
  tellWindow(look: WindowLook): Promise<string | undefined>;
}

export class WindowReport implements vscode.Disposable {
  #listener: Listener | undefined;
  #surface: Promise<string | undefined> = Promise.resolve(undefined);
  #told = "";
  #attended = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #renewal = setInterval(() => this.#renew(), RENEW_MS);
  readonly #subscriptions: vscode.Disposable[];

  constructor() {
    const soon = (): void => this.#soon();
    this.#subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(soon),
      vscode.window.onDidChangeWindowState(soon),
      vscode.workspace.onDidChangeConfiguration(soon),
      onDashboardUsed(soon),
    ];
  }

  /** Tell a hub, and go on doing so. It hears of the window after its events have begun, or it might name the window too early. */
  join(listener: Listener): void {
    if (listener === this.#listener) return;
    this.#listener = listener;
    this.#surface = this.#tell(listener, lookNow());
  }

  /** What the hub calls this window; undefined where it knows no notices. */
  surface(): Promise<string | undefined> {
    return this.#surface;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#renewal);
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const look = lookNow();
      if (this.#listener && JSON.stringify(look) !== this.#told) void this.#tell(this.#listener, look);
    }, MERGE_MS);
  }

  /** Somebody who is there is so for a while only, unless it is said again; nobody tells when they have left. */
  #renew(): void {
    const look = lookNow();
    if (this.#listener && (look.active || this.#attended)) void this.#tell(this.#listener, look);
  }

  #tell(listener: Listener, look: WindowLook): Promise<string | undefined> {
    this.#told = JSON.stringify(look);
    this.#attended = look.active;
    return listener.tellWindow(look);
  }
}

/** How the window is now. */
export function lookNow(): WindowLook {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const { focused, active } = vscode.window.state;
  const used = Date.now() - dashboardUsedAt() < USED_MS;
  return {
    folders: folders.map(({ uri }) => uri.fsPath),
    focused,
    active: focused && (active || used),
    notifies: vscode.workspace.getConfiguration("pilot").get<string>("notifications.asks") !== "never",
  };
}
