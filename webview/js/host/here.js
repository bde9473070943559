// @ts-check
/** @import { Host } from "./host" */
import { browserHost } from "./browser.js";
import { vscodeHost } from "./vscode.js";

/** Where this page runs: a browser tab, or a view of VS Code. @param {Window & typeof globalThis} window @returns {Host} */
export function here(window) {
  return "acquireVsCodeApi" in window ? vscodeHost(window) : browserHost(window);
}
