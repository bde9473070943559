/** What of an edit can be shown as a diff, and what cannot. Pure. */

type Status = "added" | "modified" | "deleted";

/** A file of an edit, before and after, or why that cannot be said. */
export interface EditedFile {
  path: string;
  status: Status;
  base?: string | undefined;
  proposed?: string | undefined;
  problem?: string | undefined;
}

/** A file that can be compared; `index` is its place in the edit. */
export interface Pair {
  index: number;
  path: string;
  status: Status;
  base: string;
  proposed: string;
}

/** A file that cannot be compared, why, and its patch if there is one. */
export interface Gap {
  index: number;
  path: string;
  problem: string;
  patch: string;
}

export interface Plan {
  pairs: Pair[];
  gaps: Gap[];
}

/** Sort an edit's files; `patches` are what the agent itself said, by path. */
export function planOf(files: EditedFile[], patches: ReadonlyMap<string, string>): Plan {
  const plan: Plan = { pairs: [], gaps: [] };
  files.forEach(({ path, status, base = "", proposed = "", problem }, index) => {
    if (problem === undefined) plan.pairs.push({ index, path, status, base, proposed });
    else plan.gaps.push({ index, path, problem, patch: patches.get(path) ?? "" });
  });
  return plan;
}

/** Return a file's name without its folders, on whatever system it is. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).findLast(Boolean) ?? path;
}

/** Return `path` as a whole path, seen from `directory`. */
export function wholePath(path: string, directory: string): string {
  const whole = /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path);
  return whole ? path : `${directory.replace(/[\\/]+$/, "")}/${path}`;
}
