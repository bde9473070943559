/** Commands of sessions, agents and the setup; terminal profiles. */
import * as vscode from "vscode";
import type { Parts } from "../parts";
import { openSettings } from "../settings/open";
import { abortSession } from "./abort";
import { connectAgent } from "./agents";
import { command } from "./command";
import { Doctor } from "./doctor";
import { newSession } from "./newSession";
import { sessionFor } from "./pick";
import { promptSession, promptWithOptions } from "./prompt";
import { sendFiles, sendSelection } from "./sendContext";
import { registerTerminals } from "./terminals";
import { openWalkthrough, welcome } from "./walkthrough";

/** Add this folder's surfaces. */
export function registerCommands(parts: Parts): void {
  const { context } = parts;
  const doctor = new Doctor(parts);
  context.subscriptions.push(doctor);
  registerSessions(parts);
  command(parts, "pilot.agents.connect", () => connectAgent(parts));
  command(parts, "pilot.settings", () => openSettings(`@ext:${context.extension.id}`));
  command(parts, "pilot.doctor", () => doctor.show());
  command(parts, "pilot.walkthrough", () => openWalkthrough(parts));
  registerTerminals(parts);
  welcome(parts);
}

function registerSessions(parts: Parts): void {
  command(parts, "pilot.session.new", () => newSession(parts));
  command(parts, "pilot.session.open", async (given) => {
    const session = await sessionFor(parts.board, given, vscode.l10n.t("Open which session?"));
    if (session) await vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id: session.id });
  });
  command(parts, "pilot.session.prompt", (given) => promptSession(parts, given));
  command(parts, "pilot.session.abort", (given) => abortSession(parts, given));
  command(parts, "pilot.session.model", (given) => promptWithOptions(parts, given));
  command(parts, "pilot.session.sendSelection", () => sendSelection(parts));
  command(parts, "pilot.session.sendFile", (given, all) => sendFiles(parts, given, all));
}
