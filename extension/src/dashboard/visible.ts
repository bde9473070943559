/** Whether a person can see the dashboard in this window, as a view or as a panel. */
import * as vscode from "vscode";
import type { Surface } from "./html";

const inSight = new Set<Surface>();
const changed = new vscode.EventEmitter<boolean>();

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
