import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerSettings(_parts: Parts): void {}
