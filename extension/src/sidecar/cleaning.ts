/** Removes environments that nobody needs any more. */
import { readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { run } from "./processes";

const ABANDONED_MS = 60 * 60_000;

/** Remove the environments beside ours that no process runs from, and what an interrupted set-up left. */
export async function removeOld(storage: string, ours: string, note: (line: string) => void): Promise<void> {
  const names = (await readdir(storage).catch((): string[] => [])).filter((name) => name.startsWith("env-"));
  const old: string[] = [];
  for (const name of names) if (await isOld(join(storage, name), basename(ours))) old.push(name);
  if (old.length === 0) return;
  const commands = await runningCommands();
  if (!commands) return note("cannot see which environments are in use; keeping them");
  for (const name of old) {
    if (commands.some((command) => command.includes(join(storage, name)))) continue;
    note(`removing ${name}`);
    await remove(join(storage, name)).catch((error: unknown) => note(`${name} stays: ${error}`));
  }
}

/** Another version's environment, or a half-made one that nobody works on. */
async function isOld(path: string, ours: string): Promise<boolean> {
  const name = basename(path);
  if (name === ours || name.endsWith(".lock")) return false;
  if (!name.includes(".new-")) return true;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS;
}

/** Out of the way first: Windows refuses that while something in it runs, and nothing half-removed keeps the name. */
async function remove(path: string): Promise<void> {
  const away = path.includes(".new-") ? path : `${path}.new-removed-${Date.now()}`;
  if (away !== path) await rename(path, away);
  await rm(away, { recursive: true, force: true });
}

async function runningCommands(): Promise<string[] | undefined> {
  if (process.platform === "win32") return []; // `remove` notices
  if (process.platform === "linux") {
    const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
    return Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  }
  const ran = await run(["ps", "-axo", "command="], { env: process.env, limitMs: 5_000 });
  return ran.code === 0 ? ran.out.split("\n") : undefined;
}
