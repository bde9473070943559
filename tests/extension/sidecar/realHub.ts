/** A real hub of the checkout's own environment, in a home of its own. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type HubFile, readHubFile } from "../../../extension/src/sidecar/discovery";

export const PILOT = fileURLToPath(new URL("../../../.venv/bin/pilot", import.meta.url));
if (!existsSync(PILOT)) throw new Error(`${PILOT} is missing: run \`make setup\`.`);

/** A home that no agent of this machine is seen from. */
export class TestHome {
  private constructor(readonly path: string) {}

  static async create(): Promise<TestHome> {
    return new TestHome(await mkdtemp(join(tmpdir(), "pilot-")));
  }

  get env(): NodeJS.ProcessEnv {
    return { HOME: this.path, PATH: "/usr/bin:/bin", PILOT_HOME: this.path, TMPDIR: tmpdir(), PILOT_PORT: "0" };
  }

  async up(...options: string[]): Promise<HubFile> {
    await this.pilot("up", "--detach", "--no-open", ...options);
    const hub = await readHubFile(this.path);
    if (!hub) throw new Error("the hub wrote no hub.json");
    return hub;
  }

  async pilot(...words: string[]): Promise<string> {
    return (await promisify(execFile)(PILOT, words, { env: this.env })).stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pilot("stop");
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Keeps the hub busy with calls, so many at a time, until it is closed. */
export class Flood {
  #sent = 0;

  constructor(
    private readonly socket: Socket,
    private readonly next: (i: number) => { method: string; params: object },
  ) {
    socket.on("error", () => undefined);
    // One answer makes room for one more; events are not asked for, so all that comes is answers.
    socket.on("data", (data: Buffer) => this.#send(data.toString("latin1").split("Content-Length").length - 1));
  }

  static pour(hub: HubFile, atATime: number, next: (i: number) => { method: string; params: object }): Flood {
    const flood = new Flood(connect(hub.socket), next);
    flood.#write("initialize", { processId: null, rootUri: null, capabilities: {}, initializationOptions: {} });
    flood.#send(atATime);
    return flood;
  }

  close(): void {
    this.socket.destroy();
  }

  #send(count: number): void {
    for (let i = 0; i < count; i++) {
      const { method, params } = this.next(this.#sent);
      this.#write(method, params);
    }
  }

  #write(method: string, params: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", id: ++this.#sent, method, params });
    this.socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}
