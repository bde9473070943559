import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerDashboard(_parts: Parts): void {}
