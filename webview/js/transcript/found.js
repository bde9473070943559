// @ts-check
/**
 * Where words stand in a session: in the lines that are here, and in older ones that the hub told of. Pure, but for ranges.
 * @import { Line } from "./lines.js"
 * @import { SearchHit } from "../protocol.gen"
 * @typedef {{ id: string, nth: number, at: number, here: boolean }} Found the nth place in a line
 */
import { lineText } from "./line-text.js";

const FOUND_MOST = 2_000;

/** Letters in whatever case. @param {string} query */
export function wordPattern(query) {
  return new RegExp(
    query.replace(/[.*+?^${}()|[\]\\/-]/g, (sign) => `\\${sign}`),
    "gi",
  );
}

/**
 * @param {readonly Line[]} lines
 * @param {string} query
 * @returns {Found[]}
 */
export function foundIn(lines, query) {
  /** @type {Found[]} */ const found = [];
  if (!query) return found;
  const pattern = wordPattern(query);
  for (const line of lines) {
    const times = line.kind === "hole" ? 0 : (lineText(line).match(pattern)?.length ?? 0);
    for (let nth = 0; nth < times && found.length < FOUND_MOST; nth++)
      found.push({ id: line.id, nth, at: "at" in line ? line.at : Number.POSITIVE_INFINITY, here: true });
  }
  return found;
}

/** Older places first; what is here anyway is not told twice. @param {Found[]} here @param {readonly Line[]} lines @param {SearchHit[]} hits */
export function withOlder(here, lines, hits) {
  const known = new Set(lines.map((line) => line.id));
  const older = hits
    .filter((hit) => hit.itemId && !known.has(hit.itemId))
    .map((hit) => ({ id: hit.itemId ?? "", nth: 0, at: hit.at, here: false }));
  return [...older, ...here].sort((a, b) => a.at - b.at);
}

/** The places in an element, whatever elements the words are spread over. @param {Element} element @param {string} query @returns {Range[]} */
export function rangesIn(element, query) {
  /** @type {{ node: Text, from: number }[]} */ const pieces = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let whole = "";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest("line-acts, .sr-only, .copying")) continue;
    pieces.push({ node, from: whole.length });
    whole += node.data;
  }
  return [...whole.matchAll(wordPattern(query))].map((match) => {
    const range = document.createRange();
    const begin = pieceAt(pieces, match.index);
    const end = pieceAt(pieces, match.index + match[0].length - 1);
    if (begin) range.setStart(begin.node, match.index - begin.from);
    if (end) range.setEnd(end.node, match.index + match[0].length - end.from);
    return range;
  });
}

/** @param {{ node: Text, from: number }[]} pieces @param {number} at */
function pieceAt(pieces, at) {
  return pieces.findLast((piece) => piece.from <= at && piece.node.length > 0);
}

/**
 * Colour the places in the page, where the browser can do that without touching the text; return the one that is gone to.
 * @param {HTMLElement | undefined} lines
 * @param {string} query nothing: no colours
 * @param {Found | undefined} now
 */
export function paintFound(lines, query, now) {
  /** @type {Range | undefined} */ let current;
  const all = [...((query && lines?.children) || [])].flatMap((line) => {
    const inLine = rangesIn(line, query);
    if (now && line.getAttribute("data-item") === now.id) current = inLine[Math.min(now.nth, inLine.length - 1)];
    return inLine;
  });
  if (!("highlights" in CSS)) return current;
  CSS.highlights.set("found", new Highlight(...all));
  CSS.highlights.set("found-now", new Highlight(...(current ? [current] : [])));
  return current;
}
