/** What `pilot doctor` finds on the hub's machine. */
import type { Installation } from "../hub";
import { run } from "../sidecar/processes";
import { hubEnvironment } from "../sidecar/starting";

/** One thing that was looked at, as the command prints it. */
export interface Check {
  id: string;
  status: "ok" | "warn" | "fail";
  message: string;
  fix: string | null;
}

const LIMIT_MS = 15_000; // an agent's own version call may take ten of them

/** Run the command; undefined where there is none yet, or one that does not know `doctor`. */
export async function checksOf({ command, home }: Installation): Promise<Check[] | undefined> {
  if (!command) return undefined;
  const env = hubEnvironment(process.env, home);
  return read((await run([...command, "doctor", "--json"], { env, limitMs: LIMIT_MS })).out);
}

/** Return what was printed, as far as it is what was to be printed. */
export function read(printed: string): Check[] | undefined {
  try {
    const { checks } = JSON.parse(printed) as { checks?: unknown }; // SAFETY: looked at below
    return Array.isArray(checks) && checks.every(isCheck) ? checks : undefined;
  } catch {
    return undefined;
  }
}

function isCheck(value: unknown): value is Check {
  const { id, status, message, fix } = Object(value);
  const texts = [id, message, fix ?? ""].every((text) => typeof text === "string");
  return texts && ["ok", "warn", "fail"].includes(status);
}
