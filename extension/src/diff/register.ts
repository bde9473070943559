import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerDiff(_parts: Parts): void {}
