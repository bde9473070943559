// @ts-check
/**
 * A tree of folders as the rows it shows, and where keys lead in it. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @typedef {"loading" | P.Tree | { message: string }} Branch
 * @typedef {object} TreeRow
 * @property {string} path
 * @property {string} name
 * @property {"file" | "folder" | "note"} kind
 * @property {number} level from 1
 * @property {number} position from 1
 * @property {number} amount of rows beside it
 * @property {boolean} open
 */

/**
 * @param {ReadonlyMap<string, Branch>} branches by path of their folder
 * @param {ReadonlySet<string>} open folders
 * @param {string} [path]
 * @param {number} [level]
 * @returns {TreeRow[]}
 */
export function treeRows(branches, open, path = "", level = 1) {
  const branch = branches.get(path);
  const note = noteOf(branch);
  if (note) return [{ path: `${path}/…`, name: note, kind: "note", level, position: 1, amount: 1, open: false }];
  if (!branch || branch === "loading" || !("entries" in branch)) return [];
  const rows = branch.entries.flatMap(({ name, kind }, i) => {
    const below = path ? `${path}/${name}` : name;
    const isOpen = kind === "folder" && open.has(below);
    /** @type {TreeRow} */
    const row = { path: below, name, kind, level, position: i + 1, amount: branch.entries.length, open: isOpen };
    return isOpen ? [row, ...treeRows(branches, open, below, level + 1)] : [row];
  });
  if (!branch.truncated) return rows;
  const more = "There is more here. Search for it by name.";
  return [...rows, { path: `${path}/…more`, name: more, kind: "note", level, position: 1, amount: 1, open: false }];
}

/** The folders above a file, outermost first. @param {string} path @returns {string[]} */
export function foldersAbove(path) {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/**
 * Where a key leads from a row: another row, or what happens to it.
 * @param {TreeRow[]} rows
 * @param {string} path
 * @param {string} key
 * @returns {{ to: string } | { toggle: string } | null}
 */
export function treeStep(rows, path, key) {
  const shown = rows.filter((row) => row.kind !== "note");
  const at = shown.findIndex((row) => row.path === path);
  const row = shown[at];
  const to = (/** @type {TreeRow | undefined} */ other) => (other ? { to: other.path } : null);
  switch (key) {
    case "ArrowDown":
      return to(shown[at + 1]);
    case "ArrowUp":
      return to(shown[at - 1]);
    case "Home":
      return to(shown[0]);
    case "End":
      return to(shown.at(-1));
    case "ArrowRight":
      if (row?.kind !== "folder") return null;
      return row.open ? to(isBelow(shown[at + 1], row)) : { toggle: row.path };
    case "ArrowLeft":
      if (row?.open) return { toggle: row.path };
      return to(shown.find((other) => other.path === row?.path.slice(0, row.path.lastIndexOf("/"))));
    default:
      return key.length === 1 && key.trim() ? to(startingWith(shown, at, key)) : null;
  }
}

/** Which letters of a path a search found. @param {string} path @param {string} pattern @returns {{ text: string, hit: boolean }[]} */
export function hitParts(path, pattern) {
  const words = pattern.split(/[*?/\s{},[\]!]+/).filter((word) => word.length > 0);
  const word = words.find((one) => path.toLowerCase().includes(one.toLowerCase()));
  if (!word) return [{ text: path, hit: false }];
  const at = path.toLowerCase().lastIndexOf(word.toLowerCase());
  return [
    { text: path.slice(0, at), hit: false },
    { text: path.slice(at, at + word.length), hit: true },
    { text: path.slice(at + word.length), hit: false },
  ].filter((part) => part.text);
}

/** @param {Branch | undefined} branch */
function noteOf(branch) {
  if (branch === "loading") return "Loading…";
  if (!branch) return "";
  if ("message" in branch) return branch.message;
  return branch.entries.length ? "" : "Empty";
}

/** @param {TreeRow | undefined} row @param {TreeRow} parent */
function isBelow(row, parent) {
  return row && row.level > parent.level ? row : undefined;
}

/** The next row after this one that begins so. @param {TreeRow[]} rows @param {number} at @param {string} letter */
function startingWith(rows, at, letter) {
  const round = [...rows.slice(at + 1), ...rows.slice(0, at + 1)];
  return round.find((row) => row.name.toLowerCase().startsWith(letter.toLowerCase()));
}
