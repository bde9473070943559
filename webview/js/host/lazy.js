// @ts-check
/** @typedef {import("../vendor/highlight.js").default} Highlighter */

/** Beside the joined script, which is where this runs. */
const HIGHLIGHTER_AT = "./js/vendor/highlight.js";

const LATER_AT = "./later.js";

/** Fetch what is opened on demand: its elements come to life where they stand. @returns {Promise<boolean>} whether it is here */
export async function loadLater() {
  try {
    await import(/* @vite-ignore */ LATER_AT);
    return true;
  } catch {
    return false;
  }
}

/** Fetch the highlighter when the first code is to be coloured: a first visit does without. @returns {Promise<Highlighter | null>} */
export async function loadHighlighter() {
  try {
    return (await import(/* @vite-ignore */ HIGHLIGHTER_AT)).default;
  } catch {
    return null; // code stays as it is
  }
}
