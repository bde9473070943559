/** Starts the hub so that it outlives this window. */
import { execFile } from "node:child_process";
import { HubError } from "../hub";

const START_MS = 30_000; // `up --detach` gives the hub 15 s itself

/** A command that is Pilot's command line, and the environment to run it in. */
export interface Pilot {
  command: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** Start the hub of a home unless one runs; resolves once it answers. */
export async function startHub(pilot: Pilot): Promise<void> {
  await run(pilot, ["up", "--detach", "--no-open"]);
}

/** Stop the hub of a home, firmly if need be; resolves once it is gone. */
export async function stopHub(pilot: Pilot): Promise<void> {
  await run(pilot, ["stop"]);
}

/** Return the environment without what VS Code sets for its own processes. */
export function hubEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(kept), PILOT_HOME: home };
}

function run(pilot: Pilot, words: readonly string[]): Promise<void> {
  const [program = "", ...first] = pilot.command;
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...first, ...words],
      { env: pilot.env, timeout: START_MS, windowsHide: true },
      (error, _out, said) => {
        if (error) reject(asProblem(program, error, said));
        else resolve();
      },
    );
  });
}

function asProblem(program: string, error: Error, said: string): HubError {
  const [message = "", ...rest] = said.trim().split("\n");
  if (message.startsWith("pilot: "))
    return new HubError("start_failed", message.slice("pilot: ".length), rest.join("\n").trim());
  return new HubError("start_failed", `${program}: ${said.trim() || error.message}`);
}
