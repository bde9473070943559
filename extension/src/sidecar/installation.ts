/** How Pilot is run from this window: a person's own command, else the environment the extension makes. */
import { join } from "node:path";
import * as vscode from "vscode";
import type { Installation as Installed } from "../hub";
import { removeOld } from "./cleaning";
import { homeOf } from "./discovery";
import { Environment } from "./environment";
import { run } from "./processes";
import { findPython } from "./python";
import { hubEnvironment, type Pilot } from "./starting";
import { advisers } from "./strategies/advisers";
import { readBundle } from "./wheel";

type OnStep = (step: string) => void;

export class Installation {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  get home(): string {
    return homeOf(setting("home", ""), process.env);
  }

  /** Return how to run Pilot; makes its environment first where there is none. */
  async pilot(onStep: OnStep): Promise<Pilot> {
    const env = hubEnvironment(process.env, this.home);
    const command = chosenCommand();
    if (command.length > 0) return { command, env, home: this.home };
    const environment = await this.#environment();
    if (!(await environment.exists())) await this.#make(environment, env, onStep);
    return { command: commandOf(environment), env, home: this.home };
  }

  /** Return how Pilot would be run, making nothing; without a command where nothing is there yet. */
  async now(): Promise<Installed> {
    const { home } = this;
    const command = chosenCommand();
    if (command.length > 0) return { home, command };
    const environment = await this.#environment();
    if (!(await environment.exists())) return { home };
    return { home, command: commandOf(environment), python: environment.python };
  }

  /** Remove our environment if it is why the hub did not start; tells whether another try is worth it. */
  async repair(): Promise<boolean> {
    if (chosenCommand().length > 0) return false;
    const environment = await this.#environment();
    const broken = await environment.removeIfBroken(hubEnvironment(process.env, this.home));
    if (broken) this.log.warn(`${environment.folder} was broken; trying anew`);
    return broken;
  }

  /** Remove what earlier versions left. */
  async tidy(): Promise<void> {
    await removeOld(this.#storage, (await this.#environment()).folder, (line) => this.log.info(line));
  }

  get #storage(): string {
    return this.context.globalStorageUri.fsPath;
  }

  async #environment(): Promise<Environment> {
    return new Environment({
      storage: this.#storage,
      version: String(this.context.extension.packageJSON.version),
      bundle: await readBundle(join(this.context.extensionPath, "sidecar")),
      chosen: setting("python", ""),
    });
  }

  async #make(environment: Environment, env: NodeJS.ProcessEnv, onStep: OnStep): Promise<void> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Setting up Pilot, only this once"),
      cancellable: true,
    };
    await vscode.window.withProgress(options, async (progress, token) => {
      const cancelling = new AbortController();
      token.onCancellationRequested(() => cancelling.abort());
      const tell = (step: string): void => {
        progress.report({ message: step });
        onStep(step);
      };
      const note = (line: string): void => this.log.info(line);
      const hasUv = await this.#hasUv(env);
      tell(vscode.l10n.t("Looking for Python…"));
      await environment.make({
        env,
        hasUv,
        signal: cancelling.signal,
        onStep: tell,
        onWait: () => tell(vscode.l10n.t("Another window is setting it up…")),
        note,
        findPython: () => findPython({ chosen: setting("python", ""), advisers: advisers(note), env, hasUv, note }),
      });
    });
  }

  async #hasUv(env: NodeJS.ProcessEnv): Promise<boolean> {
    return (await run(["uv", "--version"], { env, limitMs: 3_000 })).code === 0;
  }
}

/** `-P`: wherever it is run, for instance as a task in a workspace, the modules that lie there are not Pilot's. */
function commandOf({ python }: Environment): string[] {
  return [python, "-P", "-m", "pilot_sidecar"];
}

function setting<T>(name: string, fallback: T): T {
  return vscode.workspace.getConfiguration("pilot").get(name, fallback);
}

/** The command a person chose; a text in place of the list is its program. */
function chosenCommand(): string[] {
  const chosen = setting<unknown>("sidecar.command", []);
  return [chosen].flat().filter((word) => typeof word === "string" && word !== "") as string[]; // SAFETY: just checked
}
