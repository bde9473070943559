/** A hub without a wire: answers calls as told, and says what a test has it say. */

import { type Hub, HubError, type HubState, type Missed, type Place } from "../../../extension/src/hub";
import type { Calls, Event } from "../../../extension/src/protocol.gen";
import { EventEmitter } from "./vscode";

type Answers = {
  [K in keyof Calls]?: (params: Calls[K]["params"]) => Promise<Calls[K]["result"]> | Calls[K]["result"];
};

export class FakeHub implements Hub {
  state: HubState = { kind: "starting", step: "" };
  readonly calls: { name: keyof Calls; params: unknown }[] = [];
  readonly answers: Answers = {};
  /** What it calls the window; nothing where it knows no notices. */
  name: string | undefined;
  missed: Missed = { cursor: "e-0", events: [] };
  readonly #states = new EventEmitter<HubState>();
  readonly #events = new EventEmitter<Event>();
  readonly #places = new EventEmitter<Place>();
  readonly onState = this.#states.event;
  readonly onEvent = this.#events.event;
  readonly onPlace = this.#places.event;

  become(state: HubState): void {
    this.state = state;
    this.#states.fire(state);
  }

  say(event: Event): void {
    this.#events.fire(event);
  }

  send(place: Place): void {
    this.#places.fire(place);
  }

  async call<K extends keyof Calls>(name: K, params: Calls[K]["params"]): Promise<Calls[K]["result"]> {
    this.calls.push({ name, params });
    const answer = this.answers[name];
    if (!answer) throw new HubError("not_found", `Nothing answers ${name} here.`);
    return answer(params);
  }

  async subscribe(): Promise<Missed> {
    return this.missed;
  }

  async surface(): Promise<string | undefined> {
    return this.name;
  }

  dispose(): void {}
}
