// @ts-check
/**
 * Short lists of texts in the browser's storage. What stands there may come from another version, or be gone.
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null | undefined} Lasting
 */

/** @param {Lasting} storage @param {string} key @returns {string[]} */
export function savedList(storage, key) {
  try {
    const value = JSON.parse(storage?.getItem(key) ?? "[]");
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

/** @param {Lasting} storage @param {string} key @param {string[]} list */
export function saveList(storage, key, list) {
  try {
    if (list.length) storage?.setItem(key, JSON.stringify(list));
    else storage?.removeItem(key);
  } catch {
    // storage is full or forbidden: it is a convenience only
  }
}

/** Put one at the front, once; forget the oldest. @param {Lasting} storage @param {string} key @param {string} text @param {number} most */
export function rememberFirst(storage, key, text, most) {
  const others = savedList(storage, key).filter((other) => other !== text);
  saveList(storage, key, [text, ...others].slice(0, most));
}
