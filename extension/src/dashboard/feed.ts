/** Events from the hub to one page: from its cursor on, each once, those of a moment together. */
import type { Disposable } from "vscode";
import { asProblem, type Hub, type Missed } from "../hub";
import type { Event } from "../protocol.gen";
import type { ToPage } from "./messages";

const MERGE_MS = 8;
const MOST = 500; // events in one message

export class Feed implements Disposable {
  #stream = 0; // the page's subscription; 0: none
  #seen = { epoch: "", seq: 0 };
  /** Live events that came before the answer to the subscription. */
  #early: Event[] | undefined;
  #batch: Event[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #listening: Disposable;

  constructor(
    private readonly hub: Hub,
    private readonly post: (message: ToPage) => void,
  ) {
    this.#listening = hub.onEvent((event) => this.#live(event));
  }

  /** Send what came after a cursor, and all that comes from now on. */
  async follow(stream: number, cursor: string): Promise<void> {
    this.stop();
    this.#stream = stream;
    this.#early = [];
    this.#seen = readCursor(cursor);
    try {
      const missed = await this.hub.subscribe(cursor);
      if (stream === this.#stream) this.#begin(missed);
    } catch (error) {
      if (stream !== this.#stream) return;
      this.stop();
      this.post({ type: "subscribed", stream, error: asProblem(error) });
    }
  }

  /** Send nothing more until somebody follows again. */
  stop(): void {
    this.#flush();
    this.#stream = 0;
    this.#early = undefined;
  }

  dispose(): void {
    this.#stream = 0;
    this.#batch = [];
    clearTimeout(this.#timer);
    this.#listening.dispose();
  }

  #begin(missed: Missed): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    this.post({ type: "subscribed", stream: this.#stream });
    if (missed.snapshot) this.#takeWhole(missed.cursor, missed.snapshot);
    for (const event of [...missed.events, ...early]) this.#take(event);
    this.#flush();
  }

  #live(event: Event): void {
    if (!this.#stream) return;
    if (this.#early) this.#early.push(event);
    else this.#take(event);
  }

  #takeWhole(cursor: string, snapshot: NonNullable<Missed["snapshot"]>): void {
    this.#seen = readCursor(cursor);
    this.#send({ ...this.#seen, at: Date.now(), type: "pilot.snapshot", snapshot });
  }

  #take(event: Event): void {
    const { epoch, seq } = this.#seen;
    if (event.epoch === epoch && event.seq <= seq) return; // in the answer and live
    this.#seen = { epoch: event.epoch, seq: event.seq };
    this.#send(event);
  }

  #send(event: Event): void {
    this.#batch.push(event);
    if (this.#batch.length >= MOST) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), MERGE_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#batch;
    this.#batch = [];
    if (this.#stream && events.length > 0) this.post({ type: "events", stream: this.#stream, events });
  }
}

function readCursor(cursor: string): { epoch: string; seq: number } {
  const cut = cursor.lastIndexOf("-");
  return { epoch: cursor.slice(0, cut), seq: Number(cursor.slice(cut + 1)) };
}
