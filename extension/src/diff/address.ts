/** Where the texts of a diff live: `pilot-diff:/home/ada/app.py?per_1/0/after`. Pure. */

export const SCHEME = "pilot-diff";

export type Side = "before" | "after" | "patch";

/** One text: of which ask (or session), which of its files, and which side. */
export interface Address {
  owner: string;
  index: number;
  side: Side;
}

const SESSION = "session:"; // no ask's id begins so
const QUERY = /^([^/]+)\/(\d{1,6})\/(before|after|patch)$/;

/** Return how a session's changes are told from an ask's. */
export function sessionOwner(id: string): string {
  return SESSION + id;
}

/** Return the session an owner stands for. */
export function sessionIn(owner: string): string | undefined {
  return owner.startsWith(SESSION) ? owner.slice(SESSION.length) : undefined;
}

/**
 * Return the path and the query of a text. Both sides have the file's own path: VS Code knows the language by it, shows
 * it, and takes two different ones for a renamed file.
 */
export function placeOf({ owner, index, side }: Address, file: string): { path: string; query: string } {
  const path = `/${file.replaceAll("\\", "/").replace(/^\/+/, "")}`;
  return { path: side === "patch" ? `${path}.diff` : path, query: `${encodeURIComponent(owner)}/${index}/${side}` };
}

/** Return what a query stands for. */
export function addressIn(query: string): Address | undefined {
  const [, owner, index, side] = QUERY.exec(query) ?? [];
  if (owner === undefined || index === undefined) return undefined;
  return { owner: decoded(owner), index: Number(index), side: side === "before" || side === "after" ? side : "patch" };
}

function decoded(owner: string): string {
  try {
    return decodeURIComponent(owner);
  } catch {
    return owner;
  }
}
