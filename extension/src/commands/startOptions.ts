/** The optional last step before a session starts: its model and its approval policy. */
import * as vscode from "vscode";
import type { Choice, StartOptions } from "../protocol.gen";

/** What was chosen; absent means as the agent is configured. */
export interface StartChoice {
  model?: string | undefined;
  policy?: string | undefined;
}

type Line = vscode.QuickPickItem & { of?: keyof StartChoice };

/** Return the choices, at once where there are none; undefined if the person gave up. */
export async function chooseStart({ models, policies }: StartOptions): Promise<StartChoice | undefined> {
  const chosen: StartChoice = {};
  while (models.length || policies.length) {
    const line = await vscode.window.showQuickPick(lines(chosen, models, policies), {
      title: vscode.l10n.t("Start the session"),
      ignoreFocusOut: true,
    });
    if (!line) return undefined;
    if (line.of === "model") chosen.model = (await pickChoice(models, vscode.l10n.t("Which model?")))?.id;
    else if (line.of === "policy")
      chosen.policy = (await pickChoice(policies, vscode.l10n.t("When shall it ask?")))?.id;
    else break;
  }
  return chosen;
}

function lines(chosen: StartChoice, models: Choice[], policies: Choice[]): Line[] {
  const found: Line[] = [{ label: `$(play) ${vscode.l10n.t("Start now")}` }];
  if (models.length)
    found.push({
      label: `$(symbol-misc) ${vscode.l10n.t("Model")}`,
      description: nameOf(models, chosen.model),
      of: "model",
    });
  if (policies.length)
    found.push({
      label: `$(shield) ${vscode.l10n.t("When it asks")}`,
      description: nameOf(policies, chosen.policy),
      of: "policy",
    });
  return found;
}

function nameOf(choices: Choice[], id: string | undefined): string {
  return choices.find((choice) => choice.id === id)?.name ?? vscode.l10n.t("as the agent is configured");
}

/** Return what was picked; without an id: as it is configured. Undefined if the person gave up. */
export async function pickChoice(choices: Choice[], title: string): Promise<{ id?: string | undefined } | undefined> {
  const unchanged = { label: vscode.l10n.t("As it is configured"), id: undefined };
  const items = choices.map(({ id, name, provider = "", description = "" }) => ({
    label: name,
    description: provider,
    detail: description,
    id,
  }));
  return vscode.window.showQuickPick([unchanged, ...items], { title, matchOnDescription: true });
}
