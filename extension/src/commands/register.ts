import type { Parts } from "../parts";

/** Add this folder's surfaces. */
export function registerCommands(_parts: Parts): void {}
