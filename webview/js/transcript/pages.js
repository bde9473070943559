// @ts-check
/**
 * The pages of a transcript. Those far from what is read are let go of, and fetched again by the cursor they came with. Pure.
 *
 * @import * as P from "../protocol.gen"
 * @import { Transcript, TranscriptPage } from "../types"
 */

export const PAGE_MOST = 500; // items that the hub gives at once: a page that grew larger stays, or a part would not come back

/** @param {P.Item[]} items @param {string} [cursor] what fetches it; none: the latest @returns {TranscriptPage[]} */
export function pageOf(items, cursor) {
  const first = items[0];
  return first ? [{ first: first.id, at: first.at, cursor, away: false, amount: items.length }] : [];
}

/**
 * The pages before a latest page that was fetched anew, and begins at `join`.
 * @param {Transcript} known
 * @param {number} join
 * @param {string | undefined} before the new page's own cursor
 */
export function pagesBefore(known, join, before) {
  const older = (known.pages ?? []).filter((page) => page.away || pagePlace(known.items, page) < join);
  return older.map((page, i) =>
    i === older.length - 1 && page.cursor === undefined ? { ...page, cursor: before } : page,
  );
}

/** @param {Transcript} transcript @param {string} first @returns {Transcript} */
export function withoutPage(transcript, first) {
  const pages = transcript.pages ?? [];
  const at = pages.findIndex((page) => page.first === first);
  const page = pages[at];
  const start = page ? pagePlace(transcript.items, page) : -1;
  if (!page || page.away || start < 0 || page.cursor === undefined) return transcript;
  const end = pageEnd(transcript.items, pages, at);
  const items = transcript.items.toSpliced(start, end - start);
  return { ...transcript, items, pages: pages.with(at, { ...page, away: true, amount: end - start }) };
}

/** @param {Transcript} transcript @param {string} first @param {P.Item[]} fetched @returns {Transcript} */
export function withPage(transcript, first, fetched) {
  const pages = transcript.pages ?? [];
  const at = pages.findIndex((page) => page.first === first);
  const page = pages[at];
  if (!page?.away) return transcript;
  const have = new Set(transcript.items.map((item) => item.id));
  const from = Math.max(0, fetched.findIndex((item) => item.id === first)); // biome-ignore format: one thought
  const fresh = fetched.slice(from).filter((item) => !have.has(item.id));
  const begin = fresh[0];
  if (!begin) return { ...transcript, pages: pages.toSpliced(at, 1) };
  const items = transcript.items.toSpliced(pageEnd(transcript.items, pages, at), 0, ...fresh);
  return { ...transcript, items, pages: pages.with(at, { ...page, first: begin.id, at: begin.at, away: false }) };
}

/**
 * The pages to let go of, so that what is read and its neighbours stay.
 * @param {Transcript} transcript
 * @param {string} firstInView id of an item
 * @param {number} most items to keep
 */
export function pagesToLeave(transcript, firstInView, most) {
  const pages = (transcript.pages ?? []).filter((page) => !page.away);
  const starts = pages.map((page) => pagePlace(transcript.items, page));
  const reading = transcript.items.findIndex((item) => item.id === firstInView);
  let kept = transcript.items.length;
  if (reading < 0 || kept <= most) return [];
  const distance = (/** @type {number} */ i) => Math.max((starts[i] ?? 0) - reading, reading - (starts[i + 1] ?? kept));
  const size = (/** @type {number} */ i) => (starts[i + 1] ?? 0) - (starts[i] ?? 0);
  const farthest = pages.map((_, i) => i).filter((i) => i < pages.length - 1 && size(i) <= PAGE_MOST).sort((a, b) => distance(b) - distance(a)); // biome-ignore format: one thought
  const leaving = [];
  for (const i of farthest) {
    if (kept <= most || distance(i) <= 0) break;
    leaving.push(pages[i]?.first ?? "");
    kept -= size(i);
  }
  return leaving;
}

/** @param {P.Item[]} items @param {TranscriptPage} page */
function pagePlace(items, page) {
  return items.findIndex((item) => item.id === page.first);
}

/** Where the next page that is here begins. @param {P.Item[]} items @param {TranscriptPage[]} pages @param {number} at */
function pageEnd(items, pages, at) {
  const next = pages.slice(at + 1).find((page) => !page.away);
  return next ? pagePlace(items, next) : items.length;
}
