/** How often something may be started again by itself. Pure. */

const MOST = 3;
const WITHIN_MS = 3 * 60_000;
const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/** Counts what was started without a person's wish; allows three in three minutes. */
export class Restarts {
  #times: number[] = [];

  /** Whether one more is in order now; counts it if so. */
  allow(now: number): boolean {
    this.#times = this.#times.filter((time) => now - time < WITHIN_MS);
    if (this.#times.length >= MOST) return false;
    this.#times.push(now);
    return true;
  }

  forget(): void {
    this.#times = [];
  }
}

/** Milliseconds before the next attempt (counted from 0): doubling, with jitter so that windows do not come at once. */
export function backOff(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + random / 2);
}
