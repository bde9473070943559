// @ts-check
/** Characters that a person does not see, or that change the order of those they see. Pure but for the elements it makes. */
import { h } from "../html.js";

/** Control, zero-width, bidirectional, tag and odd space characters; not the line break, the tab and the plain space. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufeff\uffa0\ufff9-\ufffb]|\u034f|[\u180b-\u180d\u180f]|[\ufe00-\ufe0e]|\udb40[\udc00-\uddef]/g;

/** @type {Record<string, string>} */
const UNSEEN_NAMES = {
  "00A0": "no-break space",
  "00AD": "soft hyphen",
  "000D": "carriage return",
  "001B": "escape",
  "200B": "zero-width space",
  "200C": "zero-width non-joiner",
  "200D": "zero-width joiner",
  "200E": "left-to-right mark",
  "200F": "right-to-left mark",
  "202A": "left-to-right embedding",
  "202B": "right-to-left embedding",
  "202C": "end of direction",
  "202D": "left-to-right override",
  "202E": "right-to-left override",
  2066: "left-to-right isolate",
  2067: "right-to-left isolate",
  2068: "isolate",
  2069: "end of isolate",
  FEFF: "byte order mark",
};

/** @param {string} text */
export function hasUnseen(text) {
  UNSEEN.lastIndex = 0;
  return UNSEEN.test(text.replace(/\r\n/g, "\n"));
}

/** Letters of Greek or Cyrillic inside a Latin word: they look alike and are not. @param {string} text */
export function hasLookAlikes(text) {
  return /\p{Script=Latin}[\p{Script=Cyrillic}\p{Script=Greek}]|[\p{Script=Cyrillic}\p{Script=Greek}]\p{Script=Latin}/u.test(
    text,
  );
}

/** The text, with a mark in place of each character that is not seen. @param {string} text @returns {(string | HTMLElement)[]} */
export function revealed(text) {
  const plain = text.replace(/\r\n/g, "\n");
  /** @type {(string | HTMLElement)[]} */ const parts = [];
  let from = 0;
  for (const match of plain.matchAll(UNSEEN)) {
    parts.push(plain.slice(from, match.index), unseenMark(match[0]));
    from = match.index + match[0].length;
  }
  return [...parts, plain.slice(from)].filter((part) => part !== "");
}

/** Mark such characters in what others have drawn already. @param {HTMLElement} element */
export function revealIn(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */ const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node instanceof Text && hasUnseen(node.data)) found.push(node);
  }
  for (const node of found) node.replaceWith(...revealed(node.data));
}

/** @param {string} letter */
function unseenMark(letter) {
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const name = UNSEEN_NAMES[code];
  return h(
    "span",
    { class: "unseen", title: name ?? "not seen" },
    `U+${code}`,
    name ? h("span", { class: "sr-only" }, ` ${name}`) : "",
  );
}
