import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerLinks(_parts: Parts): void {}
