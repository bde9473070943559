/** Notices the device that comes in by a code. */
import * as vscode from "vscode";
import type { Hub } from "../hub";
import type { DeviceView } from "../protocol.gen";
import type { Invitation } from "./invitation";

/** Compares the list of devices with what it was when the code was made. */
export class Arrivals implements vscode.Disposable {
  #watching: vscode.Disposable | undefined;

  constructor(private readonly hub: Hub) {}

  /** Watch no more. */
  dispose(): void {
    this.#watching?.dispose();
  }

  /** Tell of the first new device with the invitation's role; the next watch ends this one. */
  async watch({ params }: Invitation, onArrived: (device: DeviceView) => void): Promise<void> {
    const known = new Set((await this.#list()).map(({ id }) => id));
    this.#watching?.dispose();
    let open = true;
    const look = async (): Promise<void> => {
      const fits = ({ id, scope, sessionId }: DeviceView): boolean =>
        !known.has(id) && scope === params.scope && sessionId === params.sessionId;
      const device = (await this.#list()).find(fits);
      if (!device || !open) return;
      end.dispose();
      onArrived(device);
    };
    const listening = this.hub.onEvent(({ type }) => {
      if (type === "pilot.devices.changed") void look().catch(() => undefined); // the connection went: a new code follows
    });
    const end = new vscode.Disposable(() => {
      open = false;
      listening.dispose();
    });
    this.#watching = end;
  }

  async #list(): Promise<DeviceView[]> {
    return (await this.hub.call("devices.list", {})).devices;
  }
}
