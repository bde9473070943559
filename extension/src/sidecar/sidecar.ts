import * as vscode from "vscode";
import { type Hub, HubError, type HubState, type Missed, type Place } from "../hub";
import type { Calls, Event } from "../protocol.gen";

/** Finds or starts the hub and keeps one connection to it. */
export class Sidecar implements Hub {
  readonly #state = new vscode.EventEmitter<HubState>();
  readonly #events = new vscode.EventEmitter<Event>();
  readonly #places = new vscode.EventEmitter<Place>();
  state: HubState = { kind: "starting", step: "" };
  readonly onState = this.#state.event;
  readonly onEvent = this.#events.event;
  readonly onPlace = this.#places.event;

  constructor(
    readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {}

  start(): void {}

  async call<K extends keyof Calls>(_name: K, _params: Calls[K]["params"]): Promise<Calls[K]["result"]> {
    throw new HubError("unreachable", "Pilot is not connected.");
  }

  async subscribe(_cursor?: string): Promise<Missed> {
    throw new HubError("unreachable", "Pilot is not connected.");
  }

  dispose(): void {}
}
