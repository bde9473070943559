// @ts-check
/** Paths of files that an agent writes in its text. Pure. */
import { wholePath } from "../format.js";

const LOOKS_LIKE_FILE = /^(?:\.{1,2}\/|~?\/|[A-Za-z]:\\)?(?:[\w@.+-]+[\\/])*[\w@.+-]*\w\.[A-Za-z]\w{0,9}(?::\d+){0,2}$/;
const NO_FILE = /^(?:www\.|[\d.]+$)|\.\.\.|\.(?:com|org|net|io|dev)$/;

/**
 * The whole path that a span of code names; null when it is none.
 * @param {string} text
 * @param {string} directory
 */
export function pathInCode(text, directory) {
  if (text.length > 300 || !LOOKS_LIKE_FILE.test(text) || NO_FILE.test(text)) return null;
  if (!/[\\/]/.test(text) && /^[a-z]\w*\.[a-z]\w*$/.test(text) && !KNOWN_ENDINGS.test(text)) return null; // a.b is more often code
  const path = text.replace(/(?::\d+){1,2}$/, "").replace(/^\.[\\/]/, "");
  return path.startsWith("~") ? null : (wholePath(path, directory) ?? null);
}

const KNOWN_ENDINGS =
  /\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php|cs|c|h|cc|cpp|hpp|swift|sh|sql|html?|css|scss|md|txt|json|ya?ml|toml|ini|cfg|lock|xml|csv|log|env)$/;
