/** The hub's door: a Unix socket, or a local port where there are none. */
import { connect, type NetConnectOpts, type Socket } from "node:net";

const CONNECT_MS = 3_000;
const TCP = "tcp:127.0.0.1:";

/** Whether the door is open to every user of the machine, so that the token must be shown. */
export function needsToken(address: string): boolean {
  return address.startsWith(TCP);
}

/** Open the door; rejects when nobody is behind it. */
export function openSocket(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(target(address));
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`${address} did not answer`)));
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

function target(address: string): NetConnectOpts {
  if (!needsToken(address)) return { path: address };
  return { host: "127.0.0.1", port: Number(address.slice(TCP.length)) };
}
