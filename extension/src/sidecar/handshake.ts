/** Whether a running hub and this extension go together. Pure. */

export interface Release {
  version: string;
  protocol: number;
}

/** `restart`: our version is newer, a restart brings it. `update`: the hub is newer, the extension has to follow. */
export type Remedy = "restart" | "update";
export type Verdict = { use: true; offer?: Remedy } | { use: false; remedy: Remedy };

/** Judge a hub: one protocol goes together whatever the versions, two never do. */
export function judge(hub: Release, ours: Release): Verdict {
  if (hub.protocol !== ours.protocol)
    return { use: false, remedy: hub.protocol < ours.protocol ? "restart" : "update" };
  const order = compareVersions(hub.version, ours.version);
  if (order === 0) return { use: true };
  return { use: true, offer: order < 0 ? "restart" : "update" };
}

/** Negative where `a` is older. `1.2.0.dev1`, `1.2.0rc1` and `1.2.0-rc.1` come before `1.2.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const order = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (order !== 0) return order;
  }
  if (left.rest === right.rest) return 0;
  if (!left.rest || !right.rest) return left.rest ? -1 : 1;
  return left.rest < right.rest ? -1 : 1;
}

function split(version: string): { numbers: number[]; rest: string } {
  const [, digits = "", rest = ""] = /^v?(\d+(?:\.\d+)*)[.-]?(.*)$/.exec(version) ?? ["", "", version];
  return { numbers: digits.split(".").map(Number), rest: rest.replace(/\+.*$/, "") };
}
