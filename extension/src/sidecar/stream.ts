/** The hub's socket as the client gets it: its end comes after all that was received has been handed on. */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** So many turns of the event loop without a message, and there is none left. The client hands on one a turn, after two more. */
const QUIET_TURNS = 20;

/**
 * Without it the client drops what waits in its queue once the socket closes,
 * and the last word of a hub is the one that matters: whether it stops on purpose.
 */
export class HubStream extends Duplex {
  constructor(
    private readonly socket: Socket,
    private readonly handedOn: () => number,
  ) {
    super();
    socket.on("data", (data) => {
      if (!this.push(data)) socket.pause();
    });
    socket.on("error", () => undefined); // its close follows; unheard it would end the extension host
    socket.once("close", () => void this.#settle());
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.socket.write(data, () => done()); // where it cannot be written, the close follows
  }

  async #settle(): Promise<void> {
    for (let quiet = 0, before = this.handedOn(); quiet < QUIET_TURNS; quiet++) {
      await new Promise(setImmediate);
      if (this.handedOn() !== before) quiet = 0;
      before = this.handedOn();
    }
    this.destroy();
  }
}
