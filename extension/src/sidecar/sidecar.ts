/** The hub as this window has it. */
import * as vscode from "vscode";
import {
  type Hub,
  HubError,
  type HubState,
  type Installation as Installed,
  type Missed,
  type Place,
  type Problem,
} from "../hub";
import type { Calls, Event } from "../protocol.gen";
import { Complaints } from "./complaints";
import type { Connection } from "./connection";
import type { Release } from "./handshake";
import { Installation } from "./installation";
import { Life } from "./life";
import { VersionOffer } from "./versionOffer";
import { WindowReport } from "./windowReport";
import { RealWorld } from "./world";

/** Finds or starts the hub and keeps one connection to it. */
export class Sidecar implements Hub {
  readonly #states = new vscode.EventEmitter<HubState>();
  readonly #events = new vscode.EventEmitter<Event>();
  readonly #places = new vscode.EventEmitter<Place>();
  readonly #installation: Installation;
  readonly #complaints = new Complaints();
  readonly #window = new WindowReport();
  readonly #life: Life;
  #state: HubState = { kind: "starting", step: "" };
  readonly onState = this.#states.event;
  readonly onEvent = this.#events.event;
  readonly onPlace = this.#places.event;

  constructor(
    context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const ours = releaseOf(context);
    const offer = new VersionOffer(context.globalState, ours);
    this.#installation = new Installation(context, log);
    const world = new RealWorld(ours, this.#installation, {
      log,
      onEvent: (event) => this.#hear(event),
      onPlace: (place) => this.#places.fire(place),
    });
    this.#life = new Life(world, {
      become: (state) => this.#become(state),
      complain: (problem) => this.#complain(problem),
      offer: (hub, remedy) => void offer.make(hub, remedy),
    });
    context.subscriptions.push(...this.#listeners());
  }

  get state(): HubState {
    return this.#state;
  }

  get home(): string {
    return this.#installation.home;
  }

  /** How Pilot is installed on this machine now. */
  installed(): Promise<Installed> {
    return this.#installation.now();
  }

  /** Begin to live, in the background. */
  start(): void {
    void this.#life.run();
  }

  /** Look or start again, as a person wants it. */
  retry(): void {
    this.#life.begin();
  }

  /** Restart the hub with our version; many at once are one. */
  restart(): Promise<void> {
    return this.#life.restart();
  }

  /** Stop the hub for everybody. */
  stop(): Promise<void> {
    return this.#life.stop();
  }

  async call<K extends keyof Calls>(name: K, params: Calls[K]["params"]): Promise<Calls[K]["result"]> {
    return this.#connected().call(name, params);
  }

  async subscribe(cursor?: string): Promise<Missed> {
    const connection = this.#connected();
    const missed = await connection.subscribe(cursor);
    this.#window.join(connection);
    return missed;
  }

  surface(): Promise<string | undefined> {
    return this.#window.surface();
  }

  /** Leave the hub; it goes on for others. */
  dispose(): void {
    void this.#life.end();
    vscode.Disposable.from(this.#window, this.#states, this.#events, this.#places).dispose();
  }

  #listeners(): vscode.Disposable[] {
    return [
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("pilot.home")) void this.#life.move();
        else if (this.#state.kind === "failed" && CHANGES.some((name) => change.affectsConfiguration(name)))
          this.retry();
      }),
    ];
  }

  #connected(): Connection {
    if (!this.#life.connection) throw new HubError("unreachable", vscode.l10n.t("Pilot is not connected."));
    return this.#life.connection;
  }

  #hear(event: Event): void {
    if (event.type === "pilot.hub.stopping") this.#life.hearStopping(event.by.name || undefined);
    this.#events.fire(event);
  }

  #become(state: HubState): void {
    this.#state = state;
    this.log.info(describe(state));
    void vscode.commands.executeCommand("setContext", "pilot.connected", state.kind === "connected");
    if (state.kind === "connected") this.#arrive();
    this.#states.fire(state);
  }

  #arrive(): void {
    this.#installation.tidy().catch((error: unknown) => this.log.debug(`tidying up: ${error}`));
  }

  #complain(problem: Problem): void {
    this.log.error(problem.hint ? `${problem.message} ${problem.hint}` : problem.message);
    void this.#complaints.show(problem);
  }
}

const CHANGES = ["pilot.python", "pilot.sidecar.command"];

function releaseOf({ extension }: vscode.ExtensionContext): Release {
  const { version, pilot } = extension.packageJSON;
  return { version: String(version), protocol: Number(pilot?.protocol) };
}

function describe(state: HubState): string {
  if (state.kind === "starting") return `starting: ${state.step}`;
  if (state.kind === "connected") return `connected to hub ${state.version} (pid ${state.pid})`;
  if (state.kind === "stopped")
    return state.by === undefined ? "the hub was stopped" : `the hub was stopped by ${state.by}`;
  return state.kind === "failed" ? `failed: ${state.problem.code}` : "the connection was lost";
}
