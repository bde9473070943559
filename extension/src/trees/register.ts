import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerTrees(_parts: Parts): void {}
