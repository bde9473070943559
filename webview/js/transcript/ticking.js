// @ts-check
/** @type {Set<() => void>} */
const tickers = new Set();
/** @type {ReturnType<typeof setInterval> | undefined} */
let beat;

/** Call back each second until stopped; one timer for all. @param {() => void} callback @returns {() => void} stops it */
export function eachSecond(callback) {
  tickers.add(callback);
  beat ??= setInterval(() => {
    if (!document.hidden) for (const ticker of [...tickers]) ticker();
  }, 1_000);
  return () => {
    tickers.delete(callback);
    if (tickers.size) return;
    clearInterval(beat);
    beat = undefined;
  };
}
