/** What a command was called for: an id, or a line of a tree. Pure. */

/** Return the ask's id in a command's argument. */
export function askIn(argument: unknown): string | undefined {
  return idIn(argument, "ask");
}

/** Return the session's id in a command's argument. */
export function sessionIn(argument: unknown): string | undefined {
  return idIn(argument, "session");
}

function idIn(argument: unknown, kind: "ask" | "session"): string | undefined {
  if (typeof argument === "string") return argument || undefined;
  if (!isObject(argument)) return undefined;
  const inner = argument[kind];
  return isObject(inner) && typeof inner.id === "string" ? inner.id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
