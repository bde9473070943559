// @ts-check
const FOLDS_KEPT = 500;

/** What a person opened or closed, by its id: elements come and go while one scrolls. @type {Map<string, boolean>} */
const folds = new Map();

/** @param {string} id @returns {boolean | undefined} */
export function foldOf(id) {
  return folds.get(id);
}

/** @param {string} id @param {boolean} open */
export function rememberFold(id, open) {
  folds.delete(id);
  folds.set(id, open);
  const [oldest] = folds.keys();
  if (folds.size > FOLDS_KEPT && oldest !== undefined) folds.delete(oldest);
}
