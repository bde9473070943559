import * as vscode from "vscode";
import type { Parts } from "../parts";
import type { Notice } from "../protocol.gen";
import { openInBrowser } from "./browser";
import type { Shown } from "./messages";
import { DashboardPanel, PANEL } from "./panel";
import { askOf, shownOf } from "./places";
import { DashboardView, VIEW } from "./view";

/** What others may have the dashboard do. */
interface Dashboard {
  /** Play a sound, in one of the pages that are there: VS Code gives extensions no sound of their own. */
  play(kind: Notice["kind"]): void;
}

/** Add the dashboard: as a view, as a panel, and the commands that bring it up. */
export function registerDashboard(parts: Parts): Dashboard {
  const view = new DashboardView(parts);
  const panel = new DashboardPanel(parts);
  const { commands, window } = vscode;
  parts.context.subscriptions.push(
    window.registerWebviewViewProvider(VIEW, view), // not kept while hidden: see view.ts
    window.registerWebviewPanelSerializer(PANEL, panel),
    commands.registerCommand("pilot.dashboard.open", (place?: unknown) => panel.show(shownOf(place))),
    commands.registerCommand("pilot.dashboard.show", (place?: unknown) => view.focus(shownOf(place))),
    commands.registerCommand("pilot.dashboard.browser", () => openInBrowser(parts.hub)),
    commands.registerCommand("pilot.ask.show", (given?: unknown) => bringUp(view, panel, askIn(parts, given))),
    commands.registerCommand("pilot.notifications", () => panel.show({ name: "settings" })),
  );
  return { play: (kind) => void (view.play(kind) || panel.play(kind)) };
}

function askIn({ board }: Parts, argument: unknown): Shown | undefined {
  return askOf(argument) ?? askOf(board.waiting[0]?.id);
}

/** Show a place where the dashboard is already, else in the sidebar. */
async function bringUp(view: DashboardView, panel: DashboardPanel, place: Shown | undefined): Promise<void> {
  if (panel.open && !view.visible) panel.show(place);
  else await view.focus(place);
}
