/** Asks a Python what it is, by running it. */
import { run } from "./processes";

/** A Python that could be tried: where it comes from, and how to run it. */
export interface Candidate {
  /** In words for people: `python3`, `pilot.python`. */
  name: string;
  command: readonly string[];
}

/** What a Python said of itself. */
export interface Answer {
  candidate: Candidate;
  /** Its real path, where it runs at all. */
  executable?: string;
  version?: readonly [number, number, number];
  /** Whether it can make environments. */
  venv: boolean;
  failure?: "missing" | "slow" | "broken";
}

const LIMIT_MS = 5_000;
// Runs on every Python there ever was; the folder it happens to run in has no say in what is imported.
const QUESTION = `import sys
sys.path[:] = [path for path in sys.path if path]
try:
    import venv, ensurepip
    able = 1
except Exception:
    able = 0
print("pilot %d %d %d %d %s" % (sys.version_info[:3] + (able, sys.executable)))`;

/** Run a candidate and return what it says; never rejects. */
export async function probe(candidate: Candidate, env: NodeJS.ProcessEnv, limitMs = LIMIT_MS): Promise<Answer> {
  const ran = await run([...candidate.command, "-c", QUESTION], { env, limitMs });
  if (ran.failure === "missing" || ran.failure === "slow") return { candidate, venv: false, failure: ran.failure };
  const said = /^pilot (\d+) (\d+) (\d+) ([01]) (.+)$/m.exec(ran.out);
  const [, major, minor, micro, venv, executable] = said ?? [];
  if (ran.code !== 0 || !executable) return { candidate, venv: false, failure: "broken" };
  return { candidate, executable, version: [Number(major), Number(minor), Number(micro)], venv: venv === "1" };
}
