/** A hub of another time: it announces itself, answers `initialize`, and knows nothing else. */
import { writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import type { HubFile } from "../../../extension/src/sidecar/discovery";

interface Message {
  id?: number;
  method: string;
}

export class OldHub {
  readonly heard: string[] = [];
  /** Said in one breath with the answer to a subscription, before it goes. */
  lastWords: object[] = [];
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  private constructor(readonly file: HubFile) {}

  static async announce(home: string, version: string, protocol: number): Promise<OldHub> {
    const socket = join(home, "old.sock");
    const hub = new OldHub({ pid: process.pid, url: "http://127.0.0.1:9", socket, token: "t", version, protocol });
    await new Promise<void>((resolve) => hub.#server.listen(socket, resolve));
    await writeFile(join(home, "hub.json"), JSON.stringify(hub.file));
    return hub;
  }

  close(): void {
    this.#server.close();
  }

  #serve(socket: Socket): void {
    let text = "";
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let head = headOf(text); head; head = headOf(text)) {
        this.#hear(socket, JSON.parse(text.slice(head.start, head.end)));
        text = text.slice(head.end);
      }
    });
  }

  #hear(socket: Socket, { id, method }: Message): void {
    this.heard.push(method);
    if (id === undefined) return;
    if (method === "initialize") socket.write(frame({ id, result: { capabilities: {} } }));
    else if (method === "shutdown") socket.write(frame({ id, result: null }));
    else if (method === "pilot/subscribe" && this.lastWords.length > 0) {
      const answer = frame({ id, result: { cursor: "e-0", events: [] } });
      socket.end(answer + this.lastWords.map((params) => frame({ method: "pilot/event", params })).join(""));
    } else socket.write(frame({ id, error: { code: -32601, message: "Method Not Found" } }));
  }
}

function frame(message: object): string {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** Where the first message is, once it is whole. */
function headOf(text: string): { start: number; end: number } | undefined {
  const head = /^Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(text);
  if (!head) return undefined;
  const end = head[0].length + Number(head[1]);
  return text.length < end ? undefined : { start: head[0].length, end };
}
