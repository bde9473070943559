/** Words for a session that is there. */
import * as vscode from "vscode";
import { isBusy, titleOf, whyNoPrompt } from "../../../webview/js/select.js";
import { HubError } from "../hub";
import type { Parts } from "../parts";
import type { PromptRequest, Session } from "../protocol.gen";
import { sessionFor } from "./pick";
import { pickChoice } from "./startOptions";

const SAID_MS = 4_000;

/** Ask for a prompt and send it. */
export async function promptSession(parts: Parts, given: unknown): Promise<void> {
  const session = await sessionToPrompt(parts, given, vscode.l10n.t("Send a prompt to which session?"));
  const text = session && (await askText(session));
  if (session && text) await send(parts, session, { text });
}

/** Ask for the agent and the model first, then for the prompt. */
export async function promptWithOptions(parts: Parts, given: unknown): Promise<void> {
  const session = await sessionToPrompt(parts, given, vscode.l10n.t("Send a prompt to which session?"));
  if (!session) return;
  const { modes, models } = await parts.hub.call("sessions.options", { id: session.id });
  if (!modes.length && !models.length)
    throw new HubError("unsupported", vscode.l10n.t("This session offers no other agent or model."));
  const mode = modes.length ? await pickChoice(modes, vscode.l10n.t("Which agent?")) : {};
  const model = mode && (models.length ? await pickChoice(models, vscode.l10n.t("Which model?")) : {});
  const text = model && (await askText(session));
  if (text) await send(parts, session, { text, mode: mode.id, model: model.id });
}

/** Return a session that takes prompts; says why if the one asked for does not. */
export async function sessionToPrompt(parts: Parts, given: unknown, title: string): Promise<Session | undefined> {
  const { board } = parts;
  const session = await sessionFor(board, given, title, (one) => whyNoPrompt(board.state, one) === null);
  const why = session && whyNoPrompt(board.state, session);
  if (why) throw new HubError("unsupported", why);
  return session;
}

/** Hand a prompt over; a running turn is waited for where the agent can queue. */
export async function send({ hub }: Parts, session: Session, request: PromptRequest): Promise<void> {
  const waits = isBusy(session) && session.capabilities.queue;
  await hub.call("sessions.prompt", { id: session.id, ...request, ...(waits ? { when: "turn_end" as const } : {}) });
  const said = waits ? vscode.l10n.t("Sent; it is read when the turn ends") : vscode.l10n.t("Sent");
  vscode.window.setStatusBarMessage(`$(send) ${said}`, SAID_MS);
}

/** Ask for one line; a button leads to the dashboard for more. */
async function askText(session: Session): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  const more: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("edit"),
    tooltip: vscode.l10n.t("Write several lines in the dashboard"),
  };
  box.title = titleOf(session);
  box.prompt = vscode.l10n.t("Enter sends it. For several lines use the dashboard.");
  box.ignoreFocusOut = true;
  box.buttons = [more];
  try {
    return await new Promise<string | undefined>((resolve) => {
      box.onDidAccept(() => box.value.trim() && resolve(box.value));
      box.onDidHide(() => resolve(undefined));
      box.onDidTriggerButton(() => {
        void vscode.commands.executeCommand("pilot.dashboard.open", { kind: "session", id: session.id });
        resolve(undefined);
      });
      box.show();
    });
  } finally {
    box.dispose();
  }
}
