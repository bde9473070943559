// @ts-check
const AGAIN = 20_000; // ms
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/**
 * Tell that somebody uses the page, but not each time they move.
 * @param {Pick<Window, "addEventListener">} page
 * @param {() => void} tell
 * @param {() => number} now
 */
export function watchUse(page, tell, now) {
  let told = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (now() - told < AGAIN) return;
    told = now();
    tell();
  };
  for (const sign of SIGNS) page.addEventListener(sign, look, { capture: true, passive: true });
}
