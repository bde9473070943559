/** A hub of another time: it announces itself, answers `initialize`, and knows nothing else. */
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import type { HubFile } from "../../../extension/src/sidecar/discovery";

export class OldHub {
  readonly heard: string[] = [];
  readonly #server: Server = createServer((socket) => {
    let text = "";
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      for (let message = next(); message; message = next()) {
        this.heard.push(message.method);
        if (message.id === undefined) continue;
        const known = message.method === "initialize" ? { result: { capabilities: {} } } : { result: null };
        const unknown = { error: { code: -32601, message: "Method Not Found" } };
        const body = JSON.stringify({
          jsonrpc: "2.0",
          id: message.id,
          ...(/^(initialize|shutdown)$/.test(message.method) ? known : unknown),
        });
        socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
      }
    });
    const next = (): { id?: number; method: string } | undefined => {
      const head = /^Content-Length: (\d+)\r\n(?:.+\r\n)*\r\n/.exec(text);
      if (!head || text.length < head[0].length + Number(head[1])) return undefined;
      const body = text.slice(head[0].length, head[0].length + Number(head[1]));
      text = text.slice(head[0].length + body.length);
      return JSON.parse(body);
    };
  });

  static async announce(home: string, version: string, protocol: number): Promise<OldHub> {
    const hub = new OldHub();
    const socket = join(home, "old.sock");
    await new Promise<void>((resolve) => hub.#server.listen(socket, resolve));
    const file: HubFile = { pid: process.pid, url: "http://127.0.0.1:9", socket, token: "t", version, protocol };
    await writeFile(join(home, "hub.json"), JSON.stringify(file));
    return hub;
  }

  close(): void {
    this.#server.close();
  }
}
