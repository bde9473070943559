// @ts-check
/**
 * Colours for whole files, line by line.
 * @import { Scope } from "../vendor/highlight.js"
 * @import { Highlighter } from "../host/lazy.js"
 */
import { treeOf } from "./highlighting.js";

const COLOURED_LONGEST = 200_000; // characters: what is longer is as readable without colours

/** @type {Record<string, string>} names that say more than their ending */
const NAMED = { dockerfile: "bash", makefile: "makefile", gnumakefile: "makefile" };
/** @type {Record<string, string>} */
const ENDINGS = {
  mjs: "javascript",
  cjs: "javascript",
  mts: "typescript",
  cts: "typescript",
  pyi: "python",
  h: "cpp",
  hpp: "cpp",
  htm: "xml",
  svg: "xml",
  jsonc: "json",
  jsonl: "json",
  lock: "ini",
  conf: "ini",
  env: "ini",
  zsh: "bash",
};

/** The language of a file, as the highlighter calls it; empty where it knows none. @param {Highlighter} hljs @param {string} path */
export function fileLanguage(hljs, path) {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const language = NAMED[name] ?? ENDINGS[ending] ?? ending;
  return hljs.getLanguage(language) ? language : "";
}

/** Lines of coloured parts; null where there are no colours for it. @param {Highlighter} hljs @param {string} text @param {string} language */
export function colouredLines(hljs, text, language) {
  if (!language || text.length > COLOURED_LONGEST) return null;
  const tree = treeOf(hljs, text, language);
  return tree ? splitLines(tree) : null;
}

/** A tree that spans lines, as lines: what is open at an end is opened again. @param {Scope} tree @returns {(string | Node)[][]} */
export function splitLines(tree) {
  /** @type {(string | Node)[][]} */ const lines = [[]];
  const walk = (/** @type {Scope} */ scope, /** @type {string[]} */ classes) => {
    for (const child of scope.children) {
      if (typeof child === "string") addText(lines, child, classes);
      else walk(child, child.scope ? [...classes, classOf(child.scope)] : classes);
    }
  };
  walk(tree, []);
  return lines;
}

/** @param {(string | Node)[][]} lines @param {string} text @param {string[]} classes */
function addText(lines, text, classes) {
  for (const [i, part] of text.split("\n").entries()) {
    if (i) lines.push([]);
    if (part) lines.at(-1)?.push(classes.length ? inColour(part, classes) : part);
  }
}

/** @param {string} text @param {string[]} classes */
function inColour(text, classes) {
  const span = document.createElement("span");
  span.className = classes.join(" ");
  span.textContent = text;
  return span;
}

/** @param {string} scope */
function classOf(scope) {
  return `hl-${(scope.split(".")[0] ?? "").replace(/[^a-z_]/g, "")}`;
}
