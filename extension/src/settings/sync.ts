/** Sends the hub's settings that a person sets in VS Code. The hub's own file is the truth; VS Code is a way to it. */
import { hostname } from "node:os";
import * as vscode from "vscode";
import { asProblem } from "../hub";
import type { Parts } from "../parts";
import { sentence } from "../tell";
import { isValue, type Push, pushesOf, type Values, withPush } from "./pushes";

export const SECTION = "pilot.hub";
const SENT = "pilot.hub.sent";
const REFUSED = "pilot.hub.refused";

export class SettingsSync {
  /** One push after the other, so that the last word is the last sent. */
  #queue: Promise<void> = Promise.resolve();
  /** Machine and home of the hub that is there. */
  #whose = "";

  constructor(private readonly parts: Parts) {}

  /** Send what differs from what was sent last, once the hub is there. */
  push(): void {
    this.#queue = this.#queue.then(() => this.#pushAll()).catch((error: unknown) => this.parts.log.warn(String(error)));
  }

  async #pushAll(): Promise<void> {
    const { hub, context } = this.parts;
    if (hub.state.kind !== "connected") return;
    this.#whose = `${hostname()}:${(await hub.installed?.().catch(() => undefined))?.home ?? ""}`;
    for (const push of pushesOf(setValues(context), this.#sent)) await this.#push(push);
  }

  async #push(push: Push): Promise<void> {
    const { hub, context, log } = this.parts;
    try {
      const { settings } = await hub.call("settings.update", { values: { [push.name]: push.value } });
      await context.globalState.update(this.#key(SENT), withPush(this.#sent, push));
      await context.globalState.update(this.#key(REFUSED), withPush(this.#refused, { name: push.name, value: null }));
      if (settings.find(({ env }) => env === envOf(push.name))?.needsRestart) this.#offerRestart(push.name);
    } catch (error) {
      log.warn(`${SECTION}.${push.name}: ${sentence(error)}`);
      if (asProblem(error).code !== "unreachable") await this.#complain(push, sentence(error));
    }
  }

  get #sent(): Values {
    return this.parts.context.globalState.get<Values>(this.#key(SENT), {});
  }

  get #refused(): Values {
    return this.parts.context.globalState.get<Values>(this.#key(REFUSED), {});
  }

  /** VS Code keeps this on the person's own machine, for windows on all machines; each of those has a hub of its own. */
  #key(name: string): string {
    return `${name}@${this.#whose}`;
  }

  /** Say why a value was refused; once for each value, also across restarts. */
  async #complain(push: Push, why: string): Promise<void> {
    const value = push.value ?? "";
    if (this.#refused[push.name] === value) return;
    const refused = withPush(this.#refused, { name: push.name, value });
    await this.parts.context.globalState.update(this.#key(REFUSED), refused);
    const setting = `${SECTION}.${push.name}`;
    const open = vscode.l10n.t("Open Settings");
    const message = vscode.l10n.t("“{0}” was not changed: {1}", setting, why);
    void vscode.window.showWarningMessage(message, open).then((chosen) => {
      if (chosen === open) return vscode.commands.executeCommand("workbench.action.openSettings", setting);
    });
  }

  #offerRestart(name: string): void {
    const restart = vscode.l10n.t("Restart Pilot");
    const message = vscode.l10n.t("“{0}” works from Pilot’s next start.", `${SECTION}.${name}`);
    void vscode.window.showInformationMessage(message, restart).then((chosen) => {
      if (chosen === restart) return vscode.commands.executeCommand("pilot.restart");
    });
  }
}

/** The hub's settings that the person set on this machine; defaults are the hub's business. */
function setValues({ extension }: vscode.ExtensionContext): Values {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const values: Values = {};
  for (const name of namesIn(extension.packageJSON)) {
    const value = configuration.inspect(name)?.globalValue;
    if (isValue(value)) values[name] = value;
  }
  return values;
}

/** The names of the hub's settings in the manifest. */
function namesIn(manifest: { contributes: { configuration: { properties: Record<string, unknown> } } }): string[] {
  const prefix = `${SECTION}.`;
  const properties = Object.keys(manifest.contributes.configuration.properties);
  return properties.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

/** The hub's own name of a setting: `keepDays` is `PILOT_KEEP_DAYS`. */
function envOf(name: string): string {
  return `PILOT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
