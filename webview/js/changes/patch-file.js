// @ts-check
/** Changes as one file that `git apply` takes. Pure. @import * as P from "../protocol.gen" */
import { within } from "../format.js";

const COUNTS = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * The whole of a session's changes; files without a patch are named at its top.
 * @param {P.FileDiff[]} files
 * @param {string} directory paths are told as seen from there
 */
export function patchFile(files, directory) {
  const missing = files.filter((file) => !piecesOf(file.patch).length && file.status !== "added");
  const notes = missing.map(
    (file) => `# Not in this patch, there is no text to compare: ${oneName(file, directory)}\n`,
  );
  const rest = files.filter((file) => !missing.includes(file));
  return [...notes, ...rest.map((file) => patchOf(file, directory))].join("");
}

/** One file's change: a piece for each time it was changed. @param {P.FileDiff} file @param {string} directory */
export function patchOf(file, directory) {
  const name = oneName(file, directory);
  const pieces = piecesOf(file.patch);
  if (!pieces.length) return file.status === "added" ? emptyFile(name) : "";
  return pieces.map((piece, at) => head(name, kindOf(piece, file, at, pieces.length)) + body(piece)).join("");
}

/** @typedef {"added" | "modified" | "deleted"} PieceKind */

/**
 * A file that was changed several times has its patches one after another.
 * @param {string | undefined} patch
 * @returns {string[][]} lines of hunks
 */
function piecesOf(patch) {
  /** @type {string[][]} */ const pieces = [];
  let [left, open, end] = [0, false, 0];
  for (const line of (patch ?? "").replace(/\n$/, "").split("\n")) {
    const counts = left <= 0 ? COUNTS.exec(line) : null;
    if (counts) {
      left = Number(counts[2] ?? 1) + Number(counts[4] ?? 1);
      if (!open || Number(counts[1]) < end) pieces.push([]);
      [open, end] = [true, endOf(counts)];
    } else if (left > 0) {
      if (!line.startsWith("\\")) left -= /^[+-]/.test(line) ? 1 : 2;
    } else if (!line.startsWith("\\")) open = false;
    if (open) pieces.at(-1)?.push(line === "" ? " " : line);
  }
  return pieces;
}

/** Where a hunk ends in the old file; nothing follows one that makes the file. @param {RegExpExecArray} counts */
function endOf([, start, lines]) {
  return start === "0" && lines === "0" ? Number.POSITIVE_INFINITY : Number(start) + Number(lines ?? 1);
}

/** @param {string[]} piece @param {P.FileDiff} file @param {number} at @param {number} amount @returns {PieceKind} */
function kindOf(piece, file, at, amount) {
  const counts = COUNTS.exec(piece[0] ?? "");
  const alone = piece.filter((line) => COUNTS.test(line)).length === 1;
  if (alone && counts?.[1] === "0" && counts[2] === "0" && (at > 0 || file.status === "added")) return "added";
  const last = at === amount - 1;
  if (alone && counts?.[3] === "0" && counts[4] === "0" && (!last || file.status === "deleted")) return "deleted";
  return "modified";
}

/** @param {string} name @param {PieceKind} kind */
function head(name, kind) {
  const mode = { added: "new file mode 100644\n", deleted: "deleted file mode 100644\n", modified: "" }[kind];
  const before = kind === "added" ? "/dev/null" : quoted(`a/${name}`);
  const after = kind === "deleted" ? "/dev/null" : quoted(`b/${name}`);
  return `diff --git ${quoted(`a/${name}`)} ${quoted(`b/${name}`)}\n${mode}--- ${before}\n+++ ${after}\n`;
}

/** @param {string} name */
function emptyFile(name) {
  return `diff --git ${quoted(`a/${name}`)} ${quoted(`b/${name}`)}\nnew file mode 100644\nindex 0000000..e69de29\n`;
}

/** @param {string[]} piece */
function body(piece) {
  return `${piece.join("\n")}\n`;
}

/** @param {P.FileDiff} file @param {string} directory */
function oneName(file, directory) {
  return within(file.path, directory).replaceAll("\\", "/").replace(/^\/+/, "");
}

/** As git writes names with unusual characters. @param {string} name */
function quoted(name) {
  if (!/["\\\p{Cc}]/u.test(name)) return name;
  const octal = (/** @type {string} */ char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`;
  return `"${name.replace(/["\\]/g, "\\$&").replace(/\p{Cc}/gu, octal)}"`;
}
