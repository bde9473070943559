import * as vscode from "vscode";
import { asProblem, type Hub, HubError, type HubState, type Missed, type Place } from "../hub";
import type { Calls, Event } from "../protocol.gen";
import type { Connection } from "./connection";
import { findHub, homeOf } from "./discovery";
import { hubEnvironment, type Pilot, startHub } from "./starting";

/** Finds or starts the hub and keeps one connection to it. */
export class Sidecar implements Hub {
  readonly #state = new vscode.EventEmitter<HubState>();
  readonly #events = new vscode.EventEmitter<Event>();
  readonly #places = new vscode.EventEmitter<Place>();
  #connection: Connection | undefined;
  state: HubState = { kind: "starting", step: "" };
  readonly onState = this.#state.event;
  readonly onEvent = this.#events.event;
  readonly onPlace = this.#places.event;

  constructor(
    readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {}

  start(): void {
    this.#attach().catch((error: unknown) => this.#become({ kind: "failed", problem: asProblem(error) }));
  }

  async call<K extends keyof Calls>(name: K, params: Calls[K]["params"]): Promise<Calls[K]["result"]> {
    return this.#connected().call(name, params);
  }

  async subscribe(cursor?: string): Promise<Missed> {
    return this.#connected().subscribe(cursor);
  }

  dispose(): void {
    void this.#connection?.close();
  }

  async #attach(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("pilot");
    const home = homeOf(settings.get("home", ""), process.env);
    const found = (await findHub(home)) ?? (await this.#startOne(home, settings.get("sidecar.command", [])));
    const { connect } = await import("./connection");
    this.#connection = await connect(found, {
      name: `VS Code – ${vscode.workspace.name ?? "no folder"}`.slice(0, 80),
      log: this.log,
      onEvent: (event) => this.#events.fire(event),
      onPlace: (place) => this.#places.fire(place),
      onClose: () => {
        this.#connection = undefined;
        this.#become({ kind: "reconnecting" });
        setTimeout(() => this.start(), 500);
      },
    });
    this.#become({ kind: "connected", version: found.version, pid: found.pid });
  }

  async #startOne(home: string, command: string[]) {
    const pilot: Pilot = { command, env: hubEnvironment(process.env, home) };
    await startHub(pilot);
    const found = await findHub(home);
    if (!found) throw new HubError("start_failed", vscode.l10n.t("The hub did not start."));
    return found;
  }

  #connected(): Connection {
    if (!this.#connection) throw new HubError("unreachable", vscode.l10n.t("Pilot is not connected."));
    return this.#connection;
  }

  #become(state: HubState): void {
    this.state = state;
    this.log.info(state.kind === "failed" ? `failed: ${state.problem.message}` : state.kind);
    void vscode.commands.executeCommand("setContext", "pilot.connected", state.kind === "connected");
    this.#state.fire(state);
  }
}
