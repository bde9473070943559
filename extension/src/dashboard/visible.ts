/** Whether a person can see the dashboard in this window, as a view or as a panel, and when they last used it. */
import * as vscode from "vscode";
import type { Surface } from "./html";

const inSight = new Set<Surface>();
const changed = new vscode.EventEmitter<boolean>();
const used = new vscode.EventEmitter<void>();
let lastUsed = 0;

/** Whether the dashboard is in view now. */
export function dashboardVisible(): boolean {
  return inSight.size > 0;
}

/** The dashboard came into view (true) or went (false). */
export const onDashboardVisible = changed.event;

/** A surface tells where it stands. */
export function setVisible(surface: Surface, visible: boolean): void {
  const before = dashboardVisible();
  if (visible) inSight.add(surface);
  else inSight.delete(surface);
  if (dashboardVisible() !== before) changed.fire(!before);
}

/** When somebody last typed, clicked or scrolled in it, in ms since 1970: VS Code does not see what happens in a webview. */
export function dashboardUsedAt(): number {
  return lastUsed;
}

/** Somebody did just now. */
export const onDashboardUsed = used.event;

/** A page tells that somebody uses it. */
export function setUsed(): void {
  lastUsed = Date.now();
  used.fire();
}
