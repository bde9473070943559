// @ts-check

const UNTIL = ["wheel", "touchstart", "pointerdown", "keydown"];

/**
 * Have something in sight although what is above it comes later and pushes it away, until a person moves.
 * @param {Element} place what is to be in sight
 * @param {ScrollLogicalPosition} block where
 * @param {Iterable<Element>} parts what may grow
 * @param {EventTarget} hand where a person moves
 */
export function holdInSight(place, block, parts, hand) {
  const bring = () => place.scrollIntoView({ block });
  const watch = new ResizeObserver(bring);
  for (const part of parts) watch.observe(part);
  for (const moved of UNTIL) hand.addEventListener(moved, () => watch.disconnect(), { once: true, passive: true });
  bring();
}
