/** The ladder to a Python that can run the hub: what a person chose, what their extensions know, what is on PATH. */
import * as vscode from "vscode";
import { HubError } from "../hub";
import { type Answer, type Candidate, probe } from "./probe";

const OLDEST = [3, 11] as const;
const NEWEST_MINOR = 14;

/** Somebody who may know a Python; answers with its path, soon, or not at all. */
export type Adviser = () => Promise<string | undefined>;

export interface Ladder {
  /** `pilot.python`: a person's choice, which is not second-guessed. */
  chosen: string;
  advisers: readonly Adviser[];
  env: NodeJS.ProcessEnv;
  /** Whether an environment can be made without the Python's own tools. */
  hasUv: boolean;
  note(line: string): void;
}

/** Return the path of the first Python that will do; rejects with what was tried. */
export async function findPython(ladder: Ladder): Promise<string> {
  const tried: Answer[] = [];
  for await (const answers of rungs(ladder)) {
    for (const answer of answers) ladder.note(describe(answer));
    const found = answers.find((answer) => willDo(answer, ladder.hasUv));
    if (found?.executable) return found.executable;
    tried.push(...answers);
  }
  throw noPython(tried);
}

async function* rungs(ladder: Ladder): AsyncGenerator<Answer[]> {
  const { chosen, env } = ladder;
  if (chosen) {
    yield [await probe({ name: `pilot.python (${chosen})`, command: [chosen] }, env)];
    return;
  }
  for (const ask of ladder.advisers) {
    const path = await ask();
    if (path) yield [await probe({ name: path, command: [path] }, env)];
  }
  yield await Promise.all(onPath().map((candidate) => probe(candidate, env)));
}

function onPath(): Candidate[] {
  const names = ["python3", "python"];
  for (let minor = OLDEST[1]; minor <= NEWEST_MINOR; minor++) names.unshift(`python3.${minor}`);
  const candidates: Candidate[] = names.map((name) => ({ name, command: [name] }));
  if (process.platform === "win32") candidates.push({ name: "py -3", command: ["py", "-3"] });
  return candidates;
}

function willDo({ version, venv }: Answer, hasUv: boolean): boolean {
  return version !== undefined && !isOld(version) && (venv || hasUv);
}

function isOld([major, minor]: readonly [number, number, number]): boolean {
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

function noPython(tried: readonly Answer[]): HubError {
  // A shim without its Python is as good as nothing: only what a person asked for is worth a line then.
  const told = tried.filter(
    ({ failure, candidate }) => !(failure && /^py(thon[\d.]*| -3)$/.test(candidate.name)) || failure === "slow",
  );
  const found = told.length > 0 ? told.map(describe).join("; ") : vscode.l10n.t("none was found");
  return new HubError(
    "no_python",
    vscode.l10n.t("Pilot needs Python 3.11 or newer: {0}.", found),
    vscode.l10n.t("Install one from python.org or with your system's packages, or choose one that you have."),
  );
}

/** Say what a Python turned out to be. */
function describe({ candidate: { name }, version, venv, failure }: Answer): string {
  if (failure === "missing") return vscode.l10n.t("{0} is not there", name);
  if (failure === "slow") return vscode.l10n.t("{0} did not answer", name);
  if (!version) return vscode.l10n.t("{0} does not run", name);
  if (isOld(version) || venv) return vscode.l10n.t("{0} is {1}", name, version.join("."));
  return vscode.l10n.t("{0} is {1} but lacks venv (on Debian: apt install python3-venv)", name, version.join("."));
}
