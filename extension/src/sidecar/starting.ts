/** Starts and stops the hub through Pilot's command line; what is started outlives this window. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { HubError } from "../hub";
import { lastLine, run } from "./processes";

const START_MS = 40_000; // `up --detach` gives the hub 15 s itself; a cold disk needs some for Python too
const STOP_MS = 20_000;

/** A command that is Pilot's command line, and the environment to run it in. */
export interface Pilot {
  command: readonly string[];
  env: NodeJS.ProcessEnv;
  home: string;
}

/** Start the hub of a home unless one runs; resolves once it answers. */
export async function startHub(pilot: Pilot): Promise<void> {
  await tell(pilot, ["up", "--detach", "--no-open"], START_MS);
}

/** Stop the hub of a home, firmly if need be; resolves once it is gone. */
export async function stopHub(pilot: Pilot): Promise<void> {
  await tell(pilot, ["stop"], STOP_MS);
}

/** Return the environment without what VS Code sets for its own processes. */
export function hubEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|PYTHONHOME$|PYTHONPATH$)/.test(name),
  );
  return { ...Object.fromEntries(kept), PILOT_HOME: home };
}

async function tell({ command, env, home }: Pilot, words: readonly string[], limitMs: number): Promise<void> {
  const ran = await run([...command, ...words], { env, limitMs });
  if (ran.code === 0) return;
  const program = command.join(" ");
  if (ran.failure === "missing")
    throw new HubError("start_failed", vscode.l10n.t("{0} cannot be run: {1}.", program, ran.err));
  if (ran.failure) throw new HubError("start_failed", vscode.l10n.t("{0} did not come to an end.", program));
  throw await refusal(ran.err || ran.out, program, home);
}

/** Return what Pilot said of why it did not; where it died, the last words of the hub. */
async function refusal(said: string, program: string, home: string): Promise<HubError> {
  const [, message, hint] = /^pilot: (.+)\n?([\s\S]*)$/m.exec(said) ?? [];
  if (!message) return new HubError("start_failed", vscode.l10n.t("{0} failed: {1}", program, lastLine(said)));
  if (!hint?.includes("start.txt")) return new HubError("start_failed", message, hint?.trim() || undefined);
  const last = lastLine(await readFile(join(home, "logs", "start.txt"), "utf8").catch(() => ""));
  return new HubError("start_failed", last ? vscode.l10n.t("The hub did not start: {0}", last) : message, hint.trim());
}
