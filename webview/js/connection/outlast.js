// @ts-check
/**
 * Has the page outlast its hub's absence, sleep and other networks.
 *
 * @import { Store } from "../store.js"
 * @import { Sync } from "./sync.js"
 * @import { LastKnown } from "./last-known.js"
 * @import { PromptQueue } from "./prompt-queue.js"
 * @import { Device } from "../host/host"
 * @param {{ device: Device | null, store: Store, sync: Sync, memory: LastKnown | null, queue: PromptQueue | null }} parts
 */
export function outlast({ device, store, sync, memory, queue }) {
  if (!device) return;
  device.onWake({ onNewNetwork: () => sync.renew(), onLooked: () => sync.check() });
  device.onInstallable((installable) => store.setUi({ installable }));
  void device.copy.keep(() => store.setUi({ newer: true }));
  device.onHide(() => void memory?.keep());
  void queue?.restore();
  let wasAway = false;
  store.subscribe(() => {
    memory?.soon();
    void queue?.send();
    const away = store.ui.asOf !== null;
    if (away && !wasAway) void memory?.keep();
    if (wasAway && !away) device.copy.look(); // a hub that was started again may serve another page
    wasAway = away;
  });
}
