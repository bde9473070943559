/** Where the texts of a diff live: `pilot-diff:/<ask>/<n>/before|after|patch/<path>`. Pure. */

export const SCHEME = "pilot-diff";

export type Side = "before" | "after" | "patch";

/** One text: of which ask, which of its files, and which side. */
export interface Address {
  owner: string;
  index: number;
  side: Side;
}

const SESSION = "session:"; // no ask's id begins so

/** Return how a session's changes are told from an ask's. */
export function sessionOwner(id: string): string {
  return SESSION + id;
}

/** Return the session an owner stands for. */
export function sessionIn(owner: string): string | undefined {
  return owner.startsWith(SESSION) ? owner.slice(SESSION.length) : undefined;
}

const PATH = /^\/([^/]+)\/(\d{1,6})\/(before|after|patch)\//;

/** Return the path of a text; it ends in the file's name, by which VS Code knows the language. */
export function pathOf({ owner, index, side }: Address, file: string): string {
  const name = file.replaceAll("\\", "/").replace(/^\/+/, "");
  return `/${encodeURIComponent(owner)}/${index}/${side}/${side === "patch" ? `${name}.diff` : name}`;
}

/** Return what a path stands for. */
export function addressIn(path: string): Address | undefined {
  const [, owner, index, side] = PATH.exec(path) ?? [];
  if (owner === undefined || index === undefined) return undefined;
  return {
    owner: decodeURIComponent(owner),
    index: Number(index),
    side: side === "before" || side === "after" ? side : "patch",
  };
}
