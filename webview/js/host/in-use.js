// @ts-check
const STILL_IN_USE = 20_000; // ms
const USES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/**
 * Tell that somebody uses the page, but not each time they move.
 * @param {Pick<Window, "addEventListener">} page
 * @param {() => void} tell
 * @param {() => number} now
 */
export function watchUse(page, tell, now) {
  let told = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (now() - told < STILL_IN_USE) return;
    told = now();
    tell();
  };
  for (const sign of USES) page.addEventListener(sign, look, { capture: true, passive: true });
}
