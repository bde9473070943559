/** Turns what a command was given into a place of the dashboard. */
import type { Shown } from "./messages";

/** Read a {@link Place} of a link or another part; anything else is no place. */
export function shownOf(argument: unknown): Shown | undefined {
  if (typeof argument !== "object" || argument === null) return undefined;
  const { kind, id } = argument as Record<string, unknown>; // SAFETY: both are checked on the next line
  const shown = kind === "session" || kind === "ask" || kind === "project";
  return shown && isId(id) ? { name: kind, id } : undefined;
}

/** Read an ask's id, or a tree item that carries an ask. */
export function askOf(argument: unknown): Shown | undefined {
  if (isId(argument)) return { name: "ask", id: argument };
  const ask = fieldOf(argument, "ask");
  const id = fieldOf(ask, "id");
  return isId(id) ? { name: "ask", id } : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[name]; // SAFETY: any field of any object is unknown
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
