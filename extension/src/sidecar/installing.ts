/** Fills an environment: with uv where it is found, else with Python's own tools. */
import { readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { HubError } from "../hub";
import { cancelled, explainInstall } from "./explain";
import { type Ran, run } from "./processes";
import type { Bundle } from "./wheel";

const STEP_MS = 15 * 60_000; // a slow line; a person can cancel

export interface Install {
  /** Where it goes, whole or not at all. */
  folder: string;
  python: string;
  bundle: Bundle;
  env: NodeJS.ProcessEnv;
  hasUv: boolean;
  signal: AbortSignal;
  onStep(text: string): void;
  note(line: string): void;
}

type Tool = (install: Install, folder: string) => Promise<void>;

/** Return the Python of an environment. */
export function pythonOf(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** Make an environment beside its place, look that it works, and put it there. */
export async function install(wanted: Install): Promise<void> {
  const tools: Tool[] = wanted.hasUv ? [withUv, withPip] : [withPip];
  const beside = `${wanted.folder}.new-${process.pid}-${Date.now()}`;
  try {
    await firstThatWorks(tools, wanted, beside);
    await must(wanted, [pythonOf(beside), "-c", IMPORTS]);
    await rm(wanted.folder, { recursive: true, force: true });
    await rename(beside, wanted.folder).catch((error: unknown) => unlessThere(wanted.folder, error));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** What must be importable for a hub to run, compiled parts first. */
const IMPORTS = "import aiohttp, pydantic, pilot_sidecar.server.app, pilot_sidecar.transport.rpc.connection";

/** Whether an environment can run a hub. */
export async function works(folder: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const ran = await run([pythonOf(folder), "-c", IMPORTS], { env, limitMs: 30_000 });
  return ran.code === 0;
}

async function firstThatWorks(tools: readonly Tool[], wanted: Install, folder: string): Promise<void> {
  for (const [index, tool] of tools.entries()) {
    try {
      await rm(folder, { recursive: true, force: true });
      return await tool(wanted, folder);
    } catch (error) {
      if (index === tools.length - 1 || wanted.signal.aborted) throw error;
      wanted.note(`${tool.name} did not work; trying the next way`);
    }
  }
}

async function withUv(wanted: Install, folder: string): Promise<void> {
  const into = ["--python", pythonOf(folder)];
  wanted.onStep(vscode.l10n.t("Making a Python environment…"));
  await must(wanted, ["uv", "venv", "--no-project", "--python", wanted.python, folder]);
  wanted.onStep(vscode.l10n.t("Downloading packages…"));
  await must(wanted, [
    "uv",
    "pip",
    "install",
    ...into,
    "--compile-bytecode",
    "--require-hashes",
    "-r",
    wanted.bundle.lock,
  ]);
  wanted.onStep(vscode.l10n.t("Installing the hub…"));
  await must(wanted, ["uv", "pip", "install", ...into, "--no-deps", wanted.bundle.wheel]);
}

async function withPip(wanted: Install, folder: string): Promise<void> {
  const pip = [
    pythonOf(folder),
    "-m",
    "pip",
    "--disable-pip-version-check",
    "--no-input",
    "--retries",
    "2",
    "install",
    "--progress-bar",
    "off",
  ];
  wanted.onStep(vscode.l10n.t("Making a Python environment…"));
  await must(wanted, [wanted.python, "-m", "venv", folder]);
  wanted.onStep(vscode.l10n.t("Downloading packages…"));
  const packages = countPackages(await readFile(wanted.bundle.lock, "utf8"));
  await must(wanted, [...pip, "--require-hashes", "-r", wanted.bundle.lock], tellPackages(wanted, packages));
  wanted.onStep(vscode.l10n.t("Installing the hub…"));
  await must(wanted, [...pip, "--no-deps", "--no-index", wanted.bundle.wheel]);
}

/** Run a step; rejects with its last words that mean something. */
async function must(wanted: Install, command: readonly string[], onLine?: (line: string) => void): Promise<void> {
  wanted.note(`$ ${command.join(" ")}`);
  const ran = await run(command, { env: wanted.env, limitMs: STEP_MS, signal: wanted.signal, onLine });
  if (ran.code === 0) return;
  wanted.note(ran.err.trim() || ran.out.trim() || (ran.failure ?? `exit code ${ran.code}`));
  throw failed(ran);
}

function failed(ran: Ran): HubError {
  if (ran.failure === "cancelled") return cancelled();
  const { message, hint } = explainInstall(ran.err || ran.out);
  return new HubError("install_failed", message, hint);
}

function countPackages(lock: string): number {
  return lock.split("\n").filter((line) => /^[a-z0-9]/i.test(line)).length;
}

function tellPackages(wanted: Install, count: number): (line: string) => void {
  let seen = 0;
  return (line) => {
    const name = /^Collecting ([\w.-]+)/.exec(line)?.[1];
    if (name) wanted.onStep(vscode.l10n.t("Downloading {0} ({1} of {2})…", name, ++seen, count));
  };
}

/** Another window may have been quicker: what it put there is as good. */
async function unlessThere(folder: string, error: unknown): Promise<void> {
  if (!(await stat(pythonOf(folder)).catch(() => undefined))) throw error;
}
