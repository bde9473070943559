/** Runs other programs, never for longer than allowed. */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { dirname } from "node:path";
import type { Readable } from "node:stream";

/** How a program ended; `code` is null where it could not be run to its end. */
export interface Ran {
  code: number | null;
  out: string;
  err: string;
  /** Why there is no code. */
  failure?: "missing" | "slow" | "cancelled";
}

export interface RunOptions {
  env: NodeJS.ProcessEnv;
  limitMs: number;
  signal?: AbortSignal | undefined;
  /** Told each line of its output as it comes. */
  onLine?: ((line: string) => void) | undefined;
}

/**
 * Where programs run: VS Code's own folder. Its process may stand in the folder that it was opened for (`code .`), which
 * may not be trusted: Python would import the modules that lie there, and uv read its settings.
 */
const NEUTRAL = dirname(process.execPath);

/** Run a command to its end; never rejects. */
export function run(command: readonly string[], options: RunOptions): Promise<Ran> {
  const [program = "", ...words] = command;
  const ran: Ran = { code: null, out: "", err: "" };
  return new Promise((resolve) => {
    const child = begin(program, words, options.env);
    if (child instanceof Error) return resolve({ ...ran, failure: "missing", err: child.message });
    const finish = (end: Partial<Ran>): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", cancel);
      resolve({ ...ran, ...end });
    };
    const giveUp = (failure: Ran["failure"]): void => {
      kill(child);
      finish({ failure });
    };
    const cancel = (): void => giveUp("cancelled");
    const timer = setTimeout(() => giveUp("slow"), options.limitMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ran.out += text;
      for (const line of text.split("\n")) if (line.trim()) options.onLine?.(line.trim());
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ran.err += text;
    });
    child.on("error", (error) => finish({ failure: "missing", err: error.message }));
    child.on("close", (code) => finish({ code }));
    if (options.signal?.aborted) cancel();
    else options.signal?.addEventListener("abort", cancel, { once: true });
  });
}

/** In a group of its own, so that what it started ends with it. Some commands are refused at once, as batch files are. */
function begin(
  program: string,
  words: string[],
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> | Error {
  try {
    return spawn(program, words, {
      env,
      cwd: NEUTRAL,
      stdio: ["ignore", "pipe", "pipe"],
      detached: !windows,
      windowsHide: true,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The last line that says something. */
export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}

const windows = process.platform === "win32";

function kill(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  try {
    if (windows || child.pid === undefined) child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}
