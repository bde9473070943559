/** Puts the extension together; nothing here waits for anything. */
import * as vscode from "vscode";
import { registerAccess } from "./access/register";
import { registerAsks } from "./asks/register";
import { Board } from "./board";
import { registerCommands } from "./commands/register";
import { registerDashboard } from "./dashboard/register";
import { registerDiff } from "./diff/register";
import { registerLinks } from "./links/register";
import { registerNotices } from "./notices/register";
import type { Parts } from "./parts";
import { registerSettings } from "./settings/register";
import { registerSidecar } from "./sidecar/register";
import { Sidecar } from "./sidecar/sidecar";
import { registerTrees } from "./trees/register";

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const log = vscode.window.createOutputChannel("Pilot", { log: true });
  const hub = new Sidecar(context, log);
  const board = new Board(hub);
  const parts: Parts = { context, log, hub, board };
  context.subscriptions.push(log, board, hub);
  registerSidecar(parts, hub);
  const dashboard = registerDashboard(parts);
  registerTrees(parts);
  registerAsks(parts, registerNotices(parts, dashboard.play));
  registerAccess(parts);
  registerDiff(parts);
  registerLinks(parts);
  registerCommands(parts);
  registerSettings(parts);
  hub.start();
  log.info(`activated in ${Math.round(performance.now() - began)} ms`);
}
