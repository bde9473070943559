/** What is going on, as the events add up to it: the same reducer as the dashboard's. */
import * as vscode from "vscode";
import { emptyState, fromSnapshot, reduce } from "../../webview/js/reduce.js";
import type { State } from "../../webview/js/types";
import type { Hub } from "./hub";
import type { Ask, Event, Session } from "./protocol.gen";

const MERGE_MS = 15; // changes of one moment are told once
const AGAIN_MS = 1_000;

/** Follows the hub; tells its listeners of changes, those of one moment together. */
export class Board implements vscode.Disposable {
  #state: State = emptyState();
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #connected = false;
  #live = false;
  /** Counts the connections: what comes of an earlier one changes nothing. */
  #visit = 0;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #asked = new vscode.EventEmitter<Ask>();
  readonly #answered = new vscode.EventEmitter<Ask>();
  readonly #events = new vscode.EventEmitter<Event>();
  readonly #subscriptions: vscode.Disposable[];

  /** Something on the board changed. */
  readonly onChange = this.#changed.event;
  /** A new ask waits; at once. */
  readonly onAsked = this.#asked.event;
  /** An ask waits no more, however it ended; at once. */
  readonly onAnswered = this.#answered.event;
  /** Each event once and in order, also what was missed while the connection was away. */
  readonly onEvent = this.#events.event;

  constructor(private readonly hub: Hub) {
    this.#subscriptions = [hub.onEvent((event) => this.#take(event)), hub.onState(() => this.#follow())];
    this.#follow();
  }

  /** Everything known; treat as read-only. */
  get state(): State {
    return this.#state;
  }

  /** Whether what it shows is the present. */
  get live(): boolean {
    return this.#live;
  }

  /** Asks that wait, oldest first. */
  get waiting(): Ask[] {
    return Object.values(this.#state.asks)
      .filter((ask) => ask.state === "pending")
      .sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Sessions at the top of their chain, latest change first. */
  get sessions(): Session[] {
    return Object.values(this.#state.sessions)
      .filter((session) => !session.parentId)
      .sort((a, b) => b.updatedAt - a.updatedAt);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    this.#visit += 1;
    vscode.Disposable.from(...this.#subscriptions, this.#changed, this.#asked, this.#answered, this.#events).dispose();
  }

  /** Take the picture of a new connection; forget nothing before it is here. */
  #follow(): void {
    const connected = this.hub.state.kind === "connected";
    if (connected !== this.#connected) {
      this.#connected = connected;
      this.#live = false;
      clearTimeout(this.#again);
      this.#visit += 1;
      if (connected) void this.#catchUp(this.#visit);
    }
    this.#tell();
  }

  async #catchUp(visit: number): Promise<void> {
    const cursor = this.#state.epoch ? `${this.#state.epoch}-${this.#state.seq}` : undefined;
    try {
      const missed = await this.hub.subscribe(cursor);
      if (visit !== this.#visit) return;
      this.#live = true;
      if (missed.snapshot) this.#replace(fromSnapshot(this.#state, missed.snapshot));
      for (const event of missed.events) this.#take(event);
      this.#tell();
    } catch {
      // Mostly the connection went, and its return begins anew; else the hub could not tell just now.
      if (visit === this.#visit) this.#again = setTimeout(() => void this.#catchUp(visit), AGAIN_MS);
    }
  }

  #take(event: Event): void {
    const { epoch, seq } = this.#state;
    this.#replace(reduce(this.#state, event));
    if (event.epoch !== epoch || event.seq > seq) this.#events.fire(event);
  }

  #replace(next: State): void {
    const before = this.#state;
    this.#state = next;
    if (next.asks !== before.asks) this.#compare(before.asks, next.asks);
    if (next !== before) this.#tell();
  }

  #compare(before: State["asks"], after: State["asks"]): void {
    for (const ask of Object.values(after)) {
      const was = before[ask.id]?.state;
      if (ask.state === "pending" && was !== "pending") this.#asked.fire(ask);
      if (ask.state !== "pending" && was === "pending") this.#answered.fire(ask);
    }
    for (const ask of Object.values(before))
      if (ask.state === "pending" && !after[ask.id]) this.#answered.fire({ ...ask, state: "cancelled" });
  }

  #tell(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, MERGE_MS);
  }
}
