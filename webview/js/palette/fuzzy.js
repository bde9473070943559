// @ts-check
/**
 * How well a text fits what was typed: all letters in order, the closer together and nearer the beginnings of words the better.
 * Own code: the libraries for it weigh more than all of the palette, and cannot say which letters of which field fitted. Pure.
 *
 * @typedef {{ score: number, at: number[] }} Fit `at`: the letters that fitted, to be highlighted
 */
const WORD_START = 8; // of a word
const LETTER_NEXT = 5; // right after the letter before
const LETTER_SKIPPED = -0.2; // a letter that is skipped
const LETTERS_SEEN = 200; // characters that are looked at
const PLACES_TRIED = 24; // for a first letter
const LETTERS_TYPED = 60; // characters of a query

/**
 * Null when it does not fit. Each word of the query fits on its own, in any order.
 * @param {string} query
 * @param {string} text
 * @returns {Fit | null}
 */
export function fuzzy(query, text) {
  const letters = folded(text.slice(0, LETTERS_SEEN));
  const fits = folded(query.slice(0, LETTERS_TYPED))
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => wordFit(word, letters, text));
  if (fits.some((fit) => !fit)) return null;
  const at = [...new Set(fits.flatMap((fit) => fit?.at ?? []))].sort((a, b) => a - b);
  return { score: fits.reduce((sum, fit) => sum + (fit?.score ?? 0), 0) - letters.length / 100, at };
}

/**
 * The best place for a word: from each place its first letter stands, on to the nearest letters, or to those that begin words.
 * @param {string} word
 * @param {string} letters
 * @param {string} text
 * @returns {Fit | null}
 */
function wordFit(word, letters, text) {
  const starts = wordStarts(letters, text);
  let tries = PLACES_TRIED;
  /** @type {Fit | null} */ let best = null;
  for (let from = letters.indexOf(word.charAt(0)); from >= 0; from = letters.indexOf(word.charAt(0), from + 1)) {
    const nearest = lettersInOrder(word, letters, from);
    if (!nearest || tries-- === 0) break; // nor from any later place
    for (const at of [nearest, lettersInOrder(word, letters, from, starts)]) {
      if (!at) continue;
      const score = scoreOf(at, text);
      if (!best || score > best.score) best = { score, at };
    }
  }
  return best;
}

/** @param {string} word @param {string} letters @param {number} from @param {string} [preferred] letters that are taken first */
function lettersInOrder(word, letters, from, preferred = "") {
  /** @type {number[]} */ const at = [];
  for (const letter of word) {
    const next = at.length ? (at.at(-1) ?? 0) + 1 : from;
    const first = preferred.indexOf(letter, next);
    const found = first >= 0 ? first : letters.indexOf(letter, next);
    if (found < 0) return null;
    at.push(found);
  }
  return at;
}

/** Only the letters that begin a word, each in its place. @param {string} letters @param {string} text */
function wordStarts(letters, text) {
  return Array.from(letters, (letter, place) => (isStart(text, place) ? letter : " ")).join("");
}

/** @param {number[]} at @param {string} text */
function scoreOf(at, text) {
  let score = 0;
  for (const [index, place] of at.entries()) {
    const before = at[index - 1];
    if (isStart(text, place)) score += WORD_START;
    if (before !== undefined) score += place === before + 1 ? LETTER_NEXT : (place - before) * LETTER_SKIPPED;
  }
  return score;
}

/** @param {string} text @param {number} place */
function isStart(text, place) {
  const [before = " ", here = ""] = [text[place - 1], text[place]];
  return !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(here));
}

/** Small letters without accents; each keeps its place. @param {string} text */
function folded(text) {
  return [...text].map(plainLetter).join("");
}

/** @param {string} letter */
function plainLetter(letter) {
  return letter.length > 1 ? letter : letter.normalize("NFD").charAt(0).toLowerCase().charAt(0);
}
