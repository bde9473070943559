/** Stands between one webview and the hub: what the page may ask for goes through, nothing else does. */
import * as vscode from "vscode";
import { asProblem, type Hub } from "../hub";
import type { Notice } from "../protocol.gen";
import { isAllowedCall, isAllowedCommand, startsSomething } from "./allowed";
import { Feed } from "./feed";
import { type FromPage, type Nonsense, type Refusal, readMessage, type Shown, type ToPage } from "./messages";
import { standing } from "./standing";

const MOST_CALLS = 100; // that wait for their answer

/** What a relay needs besides the hub. */
export interface Surroundings {
  log: Pick<vscode.LogOutputChannel, "warn">;
  folders(): string[];
  openFile(path: string): void;
  save(name: string, text: string): void;
  run(command: string): void;
  /** Somebody uses the page. */
  attended(): void;
}

export class Relay implements vscode.Disposable {
  /** The page that speaks now; another object for each loading of it. */
  #page: { calls: Set<number> } | undefined;
  #wanted: Shown | undefined;
  #disposed = false;
  readonly #feed: Feed;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly webview: Pick<vscode.Webview, "postMessage" | "onDidReceiveMessage">,
    private readonly hub: Hub,
    private readonly around: Surroundings,
  ) {
    this.#feed = new Feed(hub, (message) => this.#post(message));
    this.#subscriptions = [
      this.#feed,
      webview.onDidReceiveMessage((data: unknown) => this.#receive(data)),
      hub.onState(() => this.#tellHub()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#tellFolders()),
    ];
  }

  /** Bring the page to a place; a page that is not there yet goes there first. */
  show(place: Shown): void {
    this.#wanted = place;
    if (this.#page) this.#tellWanted();
  }

  /** Have the page play a sound; false where none is there. */
  play(kind: Notice["kind"]): boolean {
    this.#post({ type: "chime", kind });
    return this.#page !== undefined;
  }

  /** The page is gone, and will be loaded anew: what is posted meanwhile would reach the next one. */
  sleep(): void {
    this.#feed.stop();
    this.#page = undefined;
  }

  dispose(): void {
    this.sleep();
    this.#disposed = true;
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #receive(data: unknown): void {
    const message = readMessage(data);
    if (message.type === "ready") this.#greet();
    else if (!this.#page) this.around.log.warn("A webview spoke before it was ready.");
    else if (message.type === "nonsense") this.#complain(message);
    else this.#obey(message);
  }

  #greet(): void {
    this.#feed.stop();
    this.#page = { calls: new Set() };
    this.#tellFolders();
    this.#tellHub();
    this.#tellWanted();
  }

  #obey(message: Exclude<FromPage, { type: "ready" }>): void {
    switch (message.type) {
      case "call":
        void this.#call(message.id, message.name, message.params);
        break;
      case "subscribe":
        void this.#feed.follow(message.stream, message.cursor);
        break;
      case "unsubscribe":
        this.#feed.stop();
        break;
      case "openFile":
        this.around.openFile(message.path);
        break;
      case "save":
        this.around.save(message.name, message.text);
        break;
      case "run":
        this.#run(message.command);
        break;
      case "attended":
        this.around.attended();
    }
  }

  #run(command: string): void {
    const { away } = standing(this.hub.state);
    if (isAllowedCommand(command, away?.offers ?? [])) this.around.run(command);
    else this.#complain(notAllowed(command));
  }

  async #call(id: number, name: string, params: object): Promise<void> {
    const page = this.#page;
    if (!page) return;
    if (page.calls.has(id)) return this.around.log.warn(`A webview used the number ${id} twice.`); // its first use gets the answer
    const refused = this.#refusal(name, page.calls.size);
    if (refused) return this.#refuse(id, refused);
    page.calls.add(id);
    const answer = await this.#ask(id, name, params);
    page.calls.delete(id);
    if (this.#page === page) this.#post(answer);
  }

  #refusal(name: string, waiting: number): Refusal | undefined {
    if (!isAllowedCall(name)) return { code: "not_allowed", message: notAllowed(name).why };
    if (waiting >= MOST_CALLS) return { code: "busy", message: vscode.l10n.t("Too many requests wait for the hub.") };
    if (startsSomething(name) && !vscode.workspace.isTrusted) return untrusted();
    return undefined;
  }

  async #ask(id: number, name: string, params: object): Promise<ToPage> {
    try {
      // SAFETY: the name is on the list, and the hub checks the parameters of each call itself
      const result: unknown = await this.hub.call(name as "asks.decide", params as never);
      return { type: "answer", id, result };
    } catch (error) {
      const { code, message, hint } = asProblem(error);
      return { type: "refusal", id, error: { code, message, hint } };
    }
  }

  #complain({ why, id }: Pick<Nonsense, "why" | "id">): void {
    this.#refuse(id, { code: "bad_message", message: vscode.l10n.t("The dashboard's message was refused: {0}.", why) });
  }

  #refuse(id: number | undefined, error: Refusal): void {
    this.around.log.warn(error.message);
    this.#post({ type: "refusal", id, error });
  }

  #tellHub(): void {
    if (this.hub.state.kind !== "connected") this.#feed.stop();
    this.#post(standing(this.hub.state));
  }

  #tellFolders(): void {
    this.#post({ type: "folders", folders: this.around.folders() });
  }

  #tellWanted(): void {
    if (this.#wanted) this.#post({ type: "show", place: this.#wanted });
    this.#wanted = undefined;
  }

  #post(message: ToPage): void {
    if (!this.#page || this.#disposed) return;
    this.webview.postMessage(message).then(undefined, () => undefined); // it was closed meanwhile
  }
}

function notAllowed(name: string): { why: string } {
  return { why: vscode.l10n.t("“{0}” is not something the dashboard may ask for", name) };
}

function untrusted(): Refusal {
  return {
    code: "untrusted",
    message: vscode.l10n.t("This folder is not trusted, so Pilot starts nothing from here."),
    hint: vscode.l10n.t("Trust it with “Workspaces: Manage Workspace Trust”."),
  };
}
