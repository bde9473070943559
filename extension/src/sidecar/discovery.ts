/** Where the hub of this user is, as `hub.json` says. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** What a hub says about itself; `token` never leaves this file but for the hub. */
export interface HubFile {
  pid: number;
  url: string;
  socket: string;
  token: string;
  version: string;
  protocol: number;
}

/** Return Pilot's home: the setting, else `PILOT_HOME`, else `~/.pilot`. */
export function homeOf(setting: string, env: NodeJS.ProcessEnv): string {
  const home = setting.trim() || env.PILOT_HOME || "~/.pilot";
  return resolve(home.replace(/^~(?=$|[/\\])/, homedir()));
}

/** Return what `hub.json` says, or nothing where there is none that makes sense. */
export async function readHubFile(home: string): Promise<HubFile | undefined> {
  try {
    return parseHubFile(JSON.parse(await readFile(join(home, "hub.json"), "utf8")));
  } catch {
    return undefined;
  }
}

/** Return the hub that lives, or nothing where none was announced or its process is gone. */
export async function findHub(home: string): Promise<HubFile | undefined> {
  const found = await readHubFile(home);
  return found && isAlive(found.pid) ? found : undefined;
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function parseHubFile(data: unknown): HubFile | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const { pid, url, socket, token, version, protocol } = data as Record<string, unknown>; // SAFETY: each field is checked below
  if (!isId(pid) || !isId(protocol)) return undefined;
  if (!isText(url) || !isText(socket) || !isText(token) || !isText(version)) return undefined;
  return { pid, url, socket, token, version, protocol };
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
