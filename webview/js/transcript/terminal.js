// @ts-check
/**
 * What a program printed, as a terminal would show it in the end: lines of coloured pieces. Pure.
 * @import { Color, Token } from "../vendor/ansi.js"
 */
import { createAnsiSequenceParser } from "../vendor/ansi.js";

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const OTHER_ESCAPES =
  /\u001b(?:\[[0-9;?<=>]*[ -/]*[@-ln-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[PX^_][^\u001b]*\u001b\\|[@-Z\\-_]|[ -/][0-~])/g;
const COLOURS = /\u001b\[([\d:;]*)m/g;
const STRAY = /\u001b(?!\[[\d;]*m)|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;
const HAS_ESCAPE = /[\u001b\r\u0008]/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: until here

/** Progress bars and the like as they stood in the end; colours are still in it. @param {string} text */
export function terminalText(text) {
  if (!HAS_ESCAPE.test(text)) return text.replace(STRAY, "");
  const coloured = text
    .replace(OTHER_ESCAPES, "")
    .replace(COLOURS, (_, codes) => `\u001b[${codes.split(/[:;]+/).join(";")}m`)
    .replace(/\r+\n/g, "\n");
  return coloured.split("\n").map(lastWritten).join("\n").replace(STRAY, "");
}

/** After a carriage return the line is written anew. @param {string} line */
function lastWritten(line) {
  let shown = line;
  if (line.includes("\r")) {
    const parts = line.split("\r");
    const last = parts.findLastIndex((part) => part.replace(COLOURS, "") !== "");
    const before = parts.slice(0, Math.max(0, last)).join("").match(COLOURS)?.join("") ?? "";
    shown = before + (parts[last] ?? "");
  }
  return shown.includes("\u0008") ? withoutBackspaces(shown) : shown;
}

/** @param {string} line */
function withoutBackspaces(line) {
  const left = [];
  for (const letter of line) {
    if (letter === "\u0008") left.pop();
    else left.push(letter);
  }
  return left.join("");
}

/** @param {readonly string[]} lines already as a terminal shows them @returns {Token[]} */
export function terminalPieces(lines) {
  return createAnsiSequenceParser().parse(lines.join("\n"));
}

/** @param {string} line how many colours it has does not count */
export function withoutColours(line) {
  return line.replace(COLOURS, "");
}

/** How a colour is worn: a class for the sixteen of the theme, else the colour itself. @param {Color | null} color @returns {{ name?: string, css?: string }} */
export function wornColour(color) {
  if (!color) return {};
  if (color.type === "named") return { name: plainName(color.name) };
  if (color.type === "rgb") return { css: `rgb(${color.rgb.map(byte).join(" ")})` };
  if (!Number.isInteger(color.index) || color.index < 0 || color.index > 255) return {};
  if (color.index < 16) return { name: NAMES_OF_16[color.index % 8] ?? "white" };
  if (color.index > 231)
    return {
      css: `rgb(${Array(3)
        .fill(8 + (color.index - 232) * 10)
        .join(" ")})`,
    };
  const cube = color.index - 16;
  return {
    css: `rgb(${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((i) => (i ? 55 + i * 40 : 0)).join(" ")})`,
  };
}

const NAMES_OF_16 = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** @param {string} name */
function plainName(name) {
  return name.replace(/^bright/, "").toLowerCase();
}

/** @param {number} value */
function byte(value) {
  return Math.max(0, Math.min(255, Math.round(value) || 0));
}
