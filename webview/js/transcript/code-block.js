// @ts-check
/** Frames around code: its language, a button to copy it, and a fold when it is long. */
import { plural } from "../format.js";
import { h, setText } from "../html.js";
import { icon } from "../icons.js";
import { highlightSoon } from "./highlighting.js";

const LINES_SHOWN = 24;
const COPIED_FOR = 1_600; // ms

/** @type {Record<string, string>} */
const LANGUAGE_NAMES = {
  js: "JavaScript",
  javascript: "JavaScript",
  ts: "TypeScript",
  typescript: "TypeScript",
  tsx: "TSX",
  jsx: "JSX",
  py: "Python",
  python: "Python",
  sh: "Shell",
  bash: "Shell",
  zsh: "Shell",
  console: "Shell",
  json: "JSON",
  yml: "YAML",
  yaml: "YAML",
  html: "HTML",
  xml: "XML",
  css: "CSS",
  sql: "SQL",
  rs: "Rust",
  rust: "Rust",
  go: "Go",
  cpp: "C++",
  cs: "C#",
  csharp: "C#",
  md: "Markdown",
};

/**
 * @param {HTMLElement} pre
 * @param {(text: string) => Promise<boolean>} copy
 */
export function frameCode(pre, copy) {
  const language = languageOf(pre);
  const frame = h("div", { class: "code-block" });
  const head = h("div", { class: "code-head" }, h("span", { class: "language" }, LANGUAGE_NAMES[language] ?? language));
  head.append(copyCode(() => copy(pre.textContent ?? "")));
  pre.replaceWith(frame);
  frame.append(head, pre);
  foldIfLong(frame, pre);
}

/** @param {HTMLElement} pre as long as the author wrote on, only the fold is kept up */
export function colourCode(pre) {
  const code = pre.querySelector("code");
  if (code) highlightSoon(code, languageOf(pre));
}

/** @param {HTMLElement} pre */
function languageOf(pre) {
  return (pre.querySelector("code")?.className ?? "").replace(/^language-/, "").toLowerCase();
}

/** @param {() => Promise<boolean>} copy */
export function copyCode(copy) {
  const word = h("span", { role: "status" });
  const click = async () => {
    setText(word, (await copy()) ? "Copied" : "Not allowed here");
    setTimeout(() => setText(word, ""), COPIED_FOR);
  };
  const props = { type: "button", class: "copy", "aria-label": "Copy code", title: "Copy code", on: { click } };
  return h("span", { class: "copying" }, word, h("button", props, icon("copy")));
}

/** @param {HTMLElement} frame @param {HTMLElement} pre */
function foldIfLong(frame, pre) {
  const lines = (pre.textContent ?? "").trimEnd().split("\n").length;
  if (lines <= LINES_SHOWN + 6) return;
  const more = h("button", { type: "button", class: "more-lines", "aria-expanded": "false" });
  const show = (/** @type {boolean} */ all) => {
    frame.toggleAttribute("data-folded", !all);
    more.setAttribute("aria-expanded", String(all));
    setText(more, all ? "Show less" : `Show all ${plural(lines, "line")}`);
  };
  more.addEventListener("click", () => show(frame.hasAttribute("data-folded")));
  frame.append(more);
  show(false);
}
