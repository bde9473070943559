/** A world in which hubs come and go as a test says, and who tells of it. */
import { HubError, type HubState, type Problem } from "../../../extension/src/hub";
import type { Connection } from "../../../extension/src/sidecar/connection";
import type { HubFile } from "../../../extension/src/sidecar/discovery";
import type { Remedy } from "../../../extension/src/sidecar/handshake";
import type { Witness, World } from "../../../extension/src/sidecar/life";

export class FakeWorld implements World, Witness {
  readonly ours = { version: "0.2.0", protocol: 1 };
  readonly done: string[] = [];
  readonly states: HubState[] = [];
  readonly complaints: Problem[] = [];
  readonly offers: string[] = [];
  hub: HubFile | undefined;
  /** What a start comes to. */
  onStart: () => Promise<void> = async () => this.comesUp();
  onConnect: (hub: HubFile) => void = () => undefined;
  onPrepare: () => Promise<void> = async () => undefined;
  #close: (() => void) | undefined;
  #pid = 100;

  get kinds(): string[] {
    return this.states.map((state) => state.kind);
  }

  get state(): HubState | undefined {
    return this.states.at(-1);
  }

  count(what: string): number {
    return this.done.filter((one) => one === what).length;
  }

  comesUp(more: Partial<HubFile> = {}): void {
    this.hub = { pid: ++this.#pid, url: "http://x", socket: "/s", token: "t", version: "0.2.0", protocol: 1, ...more };
  }

  /** It is gone. */
  dies(): void {
    this.hub = undefined;
    this.#hangUp();
  }

  /** The connection is cut, the hub lives. */
  cuts(): void {
    this.#hangUp();
  }

  /** Its token is another one now, and every connection is cut. */
  rotates(): void {
    if (this.hub) this.hub = { ...this.hub, token: `${this.hub.token}+` };
    this.#hangUp();
  }

  async find(): Promise<HubFile | undefined> {
    return this.hub;
  }

  async connect(hub: HubFile, onClose: () => void): Promise<Connection> {
    this.done.push("connect");
    this.onConnect(hub);
    this.#close = onClose;
    // SAFETY: a life closes its connection and asks nothing else of it.
    return { close: async () => this.#hangUp() } as unknown as Connection;
  }

  async prepare(): Promise<void> {
    this.done.push("prepare");
    await this.onPrepare();
  }

  async start(): Promise<void> {
    this.done.push("start");
    await this.onStart();
  }

  async stop(): Promise<void> {
    this.done.push("stop");
    this.dies();
  }

  become(state: HubState): void {
    this.states.push(state);
  }

  complain(problem: Problem): void {
    this.complaints.push(problem);
  }

  offer(hub: HubFile, remedy: Remedy): void {
    this.offers.push(`${remedy} ${hub.version}`);
  }

  #hangUp(): void {
    const close = this.#close;
    this.#close = undefined;
    close?.();
  }
}

export const refused = () => new HubError("unreachable", "Nobody is there.");
