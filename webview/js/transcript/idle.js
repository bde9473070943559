// @ts-check
/** Call back when the page has nothing better to do. @param {() => void} callback */
export function whenIdle(callback) {
  if ("requestIdleCallback" in window) window.requestIdleCallback(callback, { timeout: 1_000 });
  else setTimeout(callback, 60);
}
