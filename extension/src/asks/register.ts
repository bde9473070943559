import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerAsks(_parts: Parts): void {}
