// @ts-check
/** @typedef {import("../vendor/highlight.js").default} Highlighter */

/** Beside the joined script, which is where this runs. */
const HIGHLIGHTER_AT = "./js/vendor/highlight.js";

/** Fetch the highlighter when the first code is to be coloured: a first visit does without. @returns {Promise<Highlighter | null>} */
export async function loadHighlighter() {
  try {
    return (await import(/* @vite-ignore */ HIGHLIGHTER_AT)).default;
  } catch {
    return null; // code stays as it is
  }
}
