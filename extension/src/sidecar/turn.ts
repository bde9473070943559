/** Turns between windows: one works, the others wait. */
import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./discovery";
import { cancelled } from "./explain";

const LOOK_MS = 200;
const BEAT_MS = 2_000;
const ABANDONED_MS = 15_000; // a process id may belong to somebody else by now, a beat does not lie

/** Do work while no other window does the same; `onWait` is told once if another one is at it. */
export async function withTurn<T>(
  path: string,
  signal: AbortSignal,
  onWait: () => void,
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  if (!(await take(path))) {
    onWait();
    do await pause(signal);
    while (!(await take(path)));
  }
  const beat = setInterval(() => void touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

/** Take the turn if it is free. Two that take it at once is no harm: their work is atomic, this only spares it. */
async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    if (await isAbandoned(path)) await rm(path, { force: true });
    return false;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const old = Date.now() - mtimeMs;
    return old > ABANDONED_MS || (text !== "" && !isAlive(Number(text)));
  } catch {
    return false; // it went just now
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await delay(LOOK_MS, undefined, { signal }).catch(() => {
    throw cancelled();
  });
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
