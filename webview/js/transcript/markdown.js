// @ts-check
/** Markdown as safe elements. Markup inside the text is shown as text; only http(s) and mail links are links. */

import { Marked } from "../vendor/marked.js";
import DOMPurify from "../vendor/purify.js";

const TAGS = [
  "a",
  "blockquote",
  "br",
  "code",
  "del",
  "em",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "hr",
  "li",
  "ol",
  "p",
  "pre",
  "strong",
  "table",
  "tbody",
  "td",
  "th",
  "thead",
  "tr",
  "ul",
];
const LINKS = /^(?:https?:|mailto:)/i;
const RULES = {
  ALLOWED_TAGS: TAGS,
  ALLOWED_ATTR: ["href", "title", "start", "align", "class"],
  ALLOWED_URI_REGEXP: LINKS,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    checkbox: ({ checked }) => (checked ? "☑ " : "☐ "),
  },
});

/**
 * Split a text into its top-level blocks; a block whose `raw` is unchanged needs no new elements.
 * @param {string} text
 */
export function blocksOf(text) {
  return marked.lexer(text).filter((token) => token.type !== "space" && token.type !== "def");
}

/** @param {ReturnType<typeof blocksOf>[number]} block @returns {DocumentFragment} */
export function renderBlock(block) {
  return sanitise(marked.parser([block]));
}

/** @param {string} text @returns {DocumentFragment} */
export function renderMarkdown(text) {
  return sanitise(marked.parse(text, { async: false }));
}

/** @param {string} markup @returns {DocumentFragment} */
function sanitise(markup) {
  const fragment = DOMPurify.sanitize(markup, RULES);
  for (const link of fragment.querySelectorAll("a")) openElsewhere(link);
  for (const element of fragment.querySelectorAll("[class]")) keepLanguageOnly(element);
  for (const code of fragment.querySelectorAll("pre")) code.tabIndex = 0; // it scrolls sideways
  return fragment;
}

/** A second lock on the door: whatever the sanitiser thought, only these lead anywhere. @param {HTMLAnchorElement} link */
function openElsewhere(link) {
  if (!LINKS.test(link.getAttribute("href") ?? "")) return link.removeAttribute("href");
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

/** @param {Element} element */
function keepLanguageOnly(element) {
  const language = /^language-[\w+#-]+$/.exec(element.className);
  if (element.localName === "code" && language) element.className = language[0];
  else element.removeAttribute("class");
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
