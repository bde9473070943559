/** What a link to Pilot says. Pure, and strict: whatever is not exactly a known place is refused. */
import type { Place } from "../hub";

/** The parts of an address, decoded once, as VS Code hands them over. */
export interface Address {
  path: string;
  query: string;
  fragment: string;
}

/** Why a link is refused. */
export type Fault = "unknown" | "id" | "extra";

export type Parsed = { place: Place } | { fault: Fault };

const LONGEST_ID = 200;
const ID = /^[A-Za-z0-9][A-Za-z0-9._:@~+=-]*$/;

/** Read a link. Never decodes again: `%25` in an id is a percent sign, and refused. */
export function parseLink({ path, query, fragment }: Address): Parsed {
  if (query || fragment) return { fault: "extra" };
  if (path === "/pair") return { place: { kind: "pair" } };
  const [, kind, id, ...more] = path.split("/");
  if ((kind !== "session" && kind !== "ask") || id === undefined || more.length) return { fault: "unknown" };
  return isId(id) ? { place: { kind, id } } : { fault: "id" };
}

/** Whether a session's or an ask's id can stand in a link. */
export function isId(id: string): boolean {
  return id.length <= LONGEST_ID && ID.test(id);
}

/** Write a link; `extension` is `publisher.name`. */
export function formatLink(scheme: string, extension: string, place: Place): string {
  const path = place.kind === "pair" ? "pair" : `${place.kind}/${encodeURIComponent(place.id)}`;
  return `${scheme}://${extension}/${path}`;
}
