// @ts-check
export const FIRST_DELAY = 1_000; // ms
export const LONGEST_DELAY = 30_000; // ms

/**
 * How long to wait before attempt number `attempt` (from 0): doubling, with jitter, between 1 s and 30 s.
 * @param {number} attempt
 * @param {() => number} random from 0 up to 1
 */
export function delayBefore(attempt, random) {
  const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
