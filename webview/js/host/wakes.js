// @ts-check
const LOOK = 5_000; // ms between two looks at the clock
const JUMP = 15_000; // ms: no timer is that late unless the machine slept

/**
 * Tell when an open connection may be dead without knowing it.
 * @param {Window} window
 * @param {{ onNewNetwork: () => void, onLooked: () => void }} told a connection made before is worth nothing, or worth a look
 */
export function listenToWakes(window, { onNewNetwork, onLooked }) {
  const { document, navigator } = window;
  window.addEventListener("online", onNewNetwork);
  window.addEventListener("offline", onNewNetwork); // a hub on this machine is there all the same
  networkOf(navigator)?.addEventListener?.("change", onNewNetwork);
  window.addEventListener("pageshow", ({ persisted }) => persisted && onNewNetwork());
  document.addEventListener("resume", onNewNetwork);
  document.addEventListener("visibilitychange", () => document.hidden || onLooked());
  window.addEventListener("focus", onLooked);
  let last = Date.now();
  window.setInterval(() => {
    const late = Date.now() - last - LOOK;
    last = Date.now();
    if (late > JUMP) onNewNetwork();
  }, LOOK);
}

/** @param {Navigator & { connection?: EventTarget }} navigator */
function networkOf(navigator) {
  return navigator.connection;
}
