// @ts-check
/**
 * @import { Store } from "../store.js"
 * @import { Place } from "../router.js"
 */

const LATE = 60_000; // ms: whoever asked has gone on by then; the clocks of two machines may differ a little

/**
 * Go where somebody in an agent's terminal wants this page to be.
 * @param {Store} store
 * @param {string} surface how the hub calls this page
 * @param {(place: Place) => void} go
 */
export function followTerminal(store, surface, go) {
  store.listen((event) => {
    if (event.type !== "pilot.place.requested" || event.surface !== surface) return;
    const { kind, id } = event.place;
    if (kind === "pair" || !id || Math.abs(Date.now() - event.at) > LATE) return;
    go({ name: kind, id });
  });
}
