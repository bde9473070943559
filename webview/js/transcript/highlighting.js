// @ts-check
/**
 * Colours for code: made when the page is idle, remembered, and built of elements; text stays text.
 * @import { Scope } from "../vendor/highlight.js"
 * @import { Highlighter } from "../host/lazy.js"
 */
import { loadHighlighter } from "../host/lazy.js";
import { whenIdle } from "./idle.js";

const CODE_LONGEST = 30_000; // characters: colours are not worth more
const TREES_KEPT = 200;

/** @type {Map<string, Scope>} */
const trees = new Map();
/** @type {Highlighter | null} */
let highlighter = null;
/** @type {{ code: HTMLElement, language: string }[]} */
let colourQueue = [];

/**
 * Colour the text of an element: at once when it is known, else soon.
 * @param {HTMLElement} code
 * @param {string} language as the author named it
 */
export function highlightSoon(code, language) {
  const text = code.textContent ?? "";
  if (!text || text.length > CODE_LONGEST || !language) return;
  const known = trees.get(`${language} ${text}`);
  if (known) return code.replaceChildren(...highlightedNodes(known));
  colourQueue.push({ code, language });
  if (colourQueue.length === 1) whenIdle(beginColouring);
}

async function beginColouring() {
  if (await knownHighlighter()) colourNext();
  else colourQueue = [];
}

/** The highlighter, once it is here; null where it cannot be loaded. */
export async function knownHighlighter() {
  highlighter ??= await loadHighlighter();
  return highlighter;
}

/** One block at a time: what is not in the page any more is passed over. */
function colourNext() {
  colourQueue = colourQueue.filter(({ code }) => code.isConnected);
  const next = colourQueue.shift();
  if (!next) return;
  const text = next.code.textContent ?? "";
  const tree = highlighter && treeOf(highlighter, text, next.language);
  if (tree && text === next.code.textContent) next.code.replaceChildren(...highlightedNodes(tree));
  if (colourQueue.length) whenIdle(colourNext);
}

/** @param {Highlighter} hljs @param {string} text @param {string} language @returns {Scope | null} */
export function treeOf(hljs, text, language) {
  if (!hljs.getLanguage(language)) return null;
  try {
    const tree = hljs.highlight(text, { language, ignoreIllegals: true })._emitter.root;
    trees.set(`${language} ${text}`, tree);
    const [oldest] = trees.keys();
    if (trees.size > TREES_KEPT && oldest !== undefined) trees.delete(oldest);
    return tree;
  } catch {
    return null; // a grammar that fails leaves the code as it is
  }
}

/** @param {Scope} tree @returns {(Node | string)[]} */
export function highlightedNodes(tree) {
  return tree.children.map((child) => {
    if (typeof child === "string") return child;
    const span = document.createElement("span");
    if (child.scope) span.className = `hl-${(child.scope.split(".")[0] ?? "").replace(/[^a-z_]/g, "")}`;
    span.append(...highlightedNodes(child));
    return span;
  });
}
